"""Where a run happens and what it may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dpsynth.privacy.noise import DiscreteGaussian, Sampler
from dpsynth.privacy.randomness import SYSTEM_BITS, Bits


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
        frames: table -> real rows in memory, instead of the files that the policy names.
        sampler: privacy noise. Tests may pass another one; its `private` flag then marks the whole run.
        bits: samples of people, and noise of sums over them; the same holds for its `private` flag.
        frozen: what a test repeats.
    """

    out: Path
    ledger_url: str
    throw_away_ledger: bool = False
    rehearsal: bool = False
    frames: Mapping[str, Any] | None = None
    sampler: Sampler = field(default_factory=DiscreteGaussian)
    bits: Bits = SYSTEM_BITS
    frozen: Frozen | None = None

    @property
    def private(self) -> bool:
        """Whether nobody can repeat any noise of the run. Otherwise it must never be released."""
        return self.sampler.private and self.bits.private
