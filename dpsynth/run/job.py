"""One run as values: where it happens, what is fixed before data are opened, and what is there when it is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dpsynth.audit.result import AuditResult
from dpsynth.run.begun import Begun
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import Plan
from dpsynth.run.setting import Setting


@dataclass(frozen=True)
class Job:
    """What is fixed before data are opened; public.

    Attributes:
        plan: what the policy costs.
        setting: where the run happens.
        audited: the audit of the promise.
        begun: name, moment and public randomness.
    """

    plan: Plan
    setting: Setting
    audited: AuditResult
    begun: Begun

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return self.begun.run_id

    @property
    def created(self) -> dt.datetime:
        """When it began."""
        return self.begun.moment

    @property
    def release_id(self) -> str:
        """Name of the release: that of the policy, then that of the run."""
        return f"{self.plan.loaded.policy.id}/{self.run_id}"

    @property
    def folder(self) -> RunFolder:
        """Where everything of the run lies."""
        return self.begun.folder(self.setting.out, self.plan.loaded.policy.id)


@dataclass(frozen=True)
class Outcome:
    """A finished run.

    Attributes:
        folder: where everything lies.
        run_id: its name.
        manifest_digest: SHA-256 of the manifest.
        language: of the report that counts.
        new_ledger: whether this run made the ledger.
        timings: seconds of each stage (internal).
        peak_memory: bytes (internal).
    """

    folder: RunFolder
    run_id: str
    manifest_digest: str
    language: str
    new_ledger: bool
    timings: dict[str, float]
    peak_memory: int
