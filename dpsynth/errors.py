"""Every error that dpsynth shows, with its exit code.

    DpsynthError                 1   something that should not happen; please report it
    ├── UsageError              64   the command line does not fit
    ├── PolicyError             10   the policy file does not say what it must
    ├── SourceError             11   a file, table or column is not as declared
    ├── BudgetError             12   the ledger refuses the charge
    ├── LedgerError             13   the ledger cannot be used as it is
    ├── ResourceError           14   not enough disk or memory, or an optional part is not installed
    ├── AuditError              15   an audit contradicts the promise, or caught no known mistake
    ├── SignoffError            16   the sign-off does not allow this step, or a key cannot be used
    ├── BatchError             17   a batch is over, and not every policy of it made a release
    ├── BrokenBundleError        3   a bundle is not what its manifest says
    └── Interrupted            130   somebody stopped the run

An error is one line: where, what was given, what is allowed, what to do. It never holds a value from a row of real
data, and no traceback is printed for it. The exit codes are part of the interface (docs/exit-codes.md): a failed job
can be told apart without its log.
"""

from __future__ import annotations

from typing import ClassVar


class DpsynthError(Exception):
    """Base of all errors of dpsynth.

    Attributes:
        exit_code: what the process returns when this error ends it.
        charged: set by the pipeline when the error came after the data were opened, so that the budget stays spent.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, charged: bool = False) -> None:
        super().__init__(message)
        self.charged = charged


class UsageError(DpsynthError):
    """The command line does not fit. Not 2, which `verify` returns for a bundle that nobody approved."""

    exit_code = 64


class PolicyError(DpsynthError):
    """The policy file does not say what it must."""

    exit_code = 10


class SourceError(DpsynthError):
    """A file, table or column is not as the policy declares it."""

    exit_code = 11


class BudgetError(DpsynthError):
    """The ledger refuses a charge, or a query asks for more than was reserved."""

    exit_code = 12


class LedgerError(DpsynthError):
    """The ledger cannot be opened, is damaged or belongs to something else."""

    exit_code = 13


class ResourceError(DpsynthError):
    """Disk or memory do not suffice, or an optional part of the installation is missing."""

    exit_code = 14


class AuditError(DpsynthError):
    """An audit contradicts the promise of differential privacy, or it missed a mistake that it must catch."""

    exit_code = 15


class SignoffError(DpsynthError):
    """The sign-off does not allow a step: the state, the role, the person or the key does not fit."""

    exit_code = 16


class BatchError(DpsynthError):
    """A batch is over, and not every policy of it made a release. Each says why."""

    exit_code = 17


class BrokenBundleError(DpsynthError):
    """A bundle is not what its manifest says."""

    exit_code = 3


class Interrupted(DpsynthError):
    """Somebody stopped the run (Ctrl-C or a termination signal)."""

    exit_code = 130
