"""The folder of a run: what is inside, what leaves.

<out>/<policy-id>/<run-id>/   latest -> newest run-id
run.json                    state, exit code, timings, versions (internal)
measured/                   noisy measurements: re-fit and re-sample from here for free
model/                      fitted model, policy in canonical form
internal/                   internal report and facts; never leaves
public/                     the bundle
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from dpsynth.errors import ResourceError


@dataclass(frozen=True)
class RunFolder:
    """Paths of one run."""

    root: Path

    @property
    def state(self) -> Path:
        """State of the run."""
        return self.root / "run.json"

    @property
    def measured(self) -> Path:
        """Noisy measurements."""
        return self.root / "measured"

    @property
    def model(self) -> Path:
        """Fitted model."""
        return self.root / "model"

    @property
    def internal(self) -> Path:
        """What never leaves."""
        return self.root / "internal"

    @property
    def spill(self) -> Path:
        """Where rows may be spilled while they are read; removed afterwards."""
        return self.internal / "spill"

    @property
    def public(self) -> Path:
        """The bundle."""
        return self.root / "public"

    def create(self) -> None:
        """Makes the folders, closed to others.

        Raises:
            ResourceError: they cannot be made.
        """
        try:
            self.root.mkdir(parents=True, mode=0o700)
            for folder in (self.measured, self.model, self.internal, self.spill):
                folder.mkdir(mode=0o700)
            (self.public / "data").mkdir(parents=True)
        except OSError as error:
            raise ResourceError(
                f"The run folder {self.root} cannot be made: {(error.strerror or 'refused').lower()}. "
                "Choose another place with --out."
            ) from None

    def clean_spill(self) -> None:
        """Removes spilled rows, also those of earlier runs of the policy that crashed."""
        for spill in self.root.parent.glob("*/internal/spill"):
            shutil.rmtree(spill, ignore_errors=True)

    def mark_latest(self) -> None:
        """Points `latest` at this run; a system without links goes without it."""
        link = self.root.parent / "latest"
        temporary = self.root.parent / f".latest-{self.root.name}"
        try:
            temporary.symlink_to(self.root.name)
            os.replace(temporary, link)
        except OSError:
            temporary.unlink(missing_ok=True)
