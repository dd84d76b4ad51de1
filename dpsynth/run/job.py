"""One run as values: where it happens, what is fixed before data are opened, and what is there when it is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from dpsynth.audit.result import AuditResult
from dpsynth.privacy.noise import DiscreteGaussian, Sampler
from dpsynth.privacy.randomness import SYSTEM_BITS, Bits
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import Plan


@dataclass(frozen=True)
class Frozen:
    """Clock, name and public randomness of a run, so that a test can repeat everything but the data.

    Privacy noise is not among them: only a sampler that calls itself not private can repeat it.
    """

    now: dt.datetime
    run_id: str
    seed: int


@dataclass(frozen=True)
class Setting:
    """Where a run happens and what it may do.

    Attributes:
        out: folder of all runs.
        ledger_url: the ledger.
        throw_away_ledger: whether the ledger protects nobody (demo, rehearsal), which the report then says.
        rehearsal: use data drawn from the policy instead of real data.
        sampler: privacy noise. Tests may pass another one; its `private` flag then marks the whole run.
        bits: samples of people, and noise of sums over them; the same holds for its `private` flag.
    """

    out: Path
    ledger_url: str
    throw_away_ledger: bool = False
    rehearsal: bool = False
    sampler: Sampler = field(default_factory=DiscreteGaussian)
    bits: Bits = SYSTEM_BITS
    frozen: Frozen | None = None

    @property
    def private(self) -> bool:
        """Whether nobody can repeat any noise of the run. Otherwise it must never be released."""
        return self.sampler.private and self.bits.private


@dataclass(frozen=True)
class Job:
    """What is fixed before data are opened; public.

    Attributes:
        plan: what the policy costs.
        setting: where the run happens.
        audited: the audit of the promise.
        run_id: name of the run.
        created: when it began.
    """

    plan: Plan
    setting: Setting
    audited: AuditResult
    run_id: str
    created: dt.datetime

    @property
    def release_id(self) -> str:
        """Name of the release: that of the policy, then that of the run."""
        return f"{self.plan.loaded.policy.id}/{self.run_id}"

    @property
    def folder(self) -> RunFolder:
        """Where everything of the run lies."""
        return RunFolder(self.setting.out / self.plan.loaded.policy.id / self.run_id)


@dataclass(frozen=True)
class Outcome:
    """A finished run.

    Attributes:
        folder: where everything lies.
        run_id: its name.
        manifest_digest: SHA-256 of the manifest.
        new_ledger: whether this run made the ledger.
        timings: seconds of each stage (internal).
        peak_memory: bytes (internal).
    """

    folder: RunFolder
    run_id: str
    manifest_digest: str
    new_ledger: bool
    timings: dict[str, float]
    peak_memory: int
