"""The folder of a run: what is inside, what leaves.

<out>/<policy-id>/<run-id>/   latest -> newest run-id
run.json                    state, exit code, timings, versions (internal)
begun.json                  what was fixed when it began (internal)
measured/                   noisy measurements: re-fit and re-sample from here for free
measured/answers/           noisy answers one by one, until the run is complete: it goes on from them after a crash
model/                      fitted model, policy in canonical form
internal/                   internal report and facts; never leaves
public/                     the bundle
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dpsynth import _files
from dpsynth.errors import ResourceError

_HELD: dict[Path, int] = {}
"""Descriptors whose locks mark the runs of this process."""
LOOK = 1.0
"""Seconds for which a run waits for its mark: whoever looks whether it goes on holds the mark for a moment."""


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
    def answers(self) -> Path:
        """Noisy answers one by one, until the run is complete."""
        return self.measured / "answers"

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
            for folder in (self.measured, self.model, self.internal):
                folder.mkdir(mode=0o700)
            (self.public / "data").mkdir(parents=True)
        except OSError as error:
            raise ResourceError(
                f"The run folder {self.root} cannot be made: {(error.strerror or 'refused').lower()}. "
                "Choose another place with --out."
            ) from None

    def clear(self) -> None:
        """Removes what a run that stopped had made, all but its answers: the run makes it again.

        Raises:
            ResourceError: the disk refuses.
        """
        try:
            self.state.unlink(missing_ok=True)
            for folder in (self.public, self.model, self.internal, self.measured):
                for entry in folder.iterdir():
                    if entry in (self._lock, self.spill, self.answers):
                        continue
                    if entry.is_dir() and not entry.is_symlink():
                        shutil.rmtree(entry)
                    else:
                        entry.unlink()
            (self.public / "data").mkdir()
        except OSError as error:
            raise ResourceError(
                f"The run folder {self.root} cannot be used: {(error.strerror or 'refused').lower()}."
            ) from None

    def remove_unfinished(self) -> None:
        """Removes, unread, what a crash left half-written beside the bundle; `clear` removes the rest.

        Raises:
            ResourceError: the disk refuses.
        """
        for folder in (self.root, self.internal):
            _files.remove_unfinished(folder)

    def forget_answers(self) -> None:
        """Removes the answers of a run that is complete: the measurements hold what they said."""
        shutil.rmtree(self.answers, ignore_errors=True)

    def hold(self) -> None:
        """Marks the run as going on, until this process ends or `release` is called, and makes room for spilled rows.

        In this order: whoever cleans up after crashes looks for spilled rows first, then for the mark.

        Raises:
            ResourceError: the disk refuses, or another process works on the run.
        """
        try:
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _mark(descriptor)
            except OSError:
                os.close(descriptor)
                raise
            _HELD[self.root] = descriptor
            shutil.rmtree(self.spill, ignore_errors=True)
            self.spill.mkdir(mode=0o700)
        except BlockingIOError:
            raise ResourceError(f"The run {self.root} is going on in another process. Let it finish.") from None
        except OSError as error:
            raise ResourceError(
                f"The run folder {self.root} cannot be used: {(error.strerror or 'refused').lower()}. "
                "Choose another place with --out."
            ) from None

    def release(self) -> None:
        """The run is over: removes its spilled rows and the mark."""
        shutil.rmtree(self.spill, ignore_errors=True)
        descriptor = _HELD.pop(self.root, None)
        if descriptor is not None:
            os.close(descriptor)

    @contextmanager
    def held(self) -> Iterator[None]:
        """`hold`, and `release` at the end."""
        self.hold()
        try:
            yield
        finally:
            self.release()

    @property
    def goes_on(self) -> bool:
        """Whether a process works on the run now."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those that look do not see each other
            return False
        except OSError:
            return True
        finally:
            os.close(descriptor)

    def clean_after_crashes(self) -> None:
        """Removes rows that earlier runs of the policy spilled and left behind; runs that go on are left alone."""
        for spill in self.root.parent.glob("*/internal/spill"):
            crashed = RunFolder(spill.parent.parent)
            try:
                descriptor = os.open(crashed._lock, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError:
                continue
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(spill, ignore_errors=True)
            except OSError:
                pass  # somebody holds it: that run goes on
            finally:
                os.close(descriptor)

    @property
    def _lock(self) -> Path:
        return self.internal / ".running"

    def set_times(self, moment: float) -> None:
        """Gives every public file and folder one time: their own would tell how long the run worked on real rows."""
        for path in (*self.public.rglob("*"), self.public):
            os.utime(path, (moment, moment))

    def mark_latest(self) -> None:
        """Points `latest` at this run; a system without links goes without it."""
        link = self.root.parent / "latest"
        temporary = self.root.parent / f".latest-{self.root.name}"
        try:
            temporary.unlink(missing_ok=True)  # of a crash
            temporary.symlink_to(self.root.name)
            os.replace(temporary, link)
        except OSError:
            temporary.unlink(missing_ok=True)


def _mark(descriptor: int) -> None:
    """Takes the lock of a run, or raises BlockingIOError when it is held for longer than a look."""
    until = time.monotonic() + LOOK
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(0.01)


def folder_size(folder: RunFolder) -> int:
    """Bytes on disk of a run."""
    return sum(p.stat().st_size for p in folder.root.rglob("*") if p.is_file())
