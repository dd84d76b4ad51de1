"""What a run notes about itself: stages and their time, its state, and what must stay inside when something fails."""

from __future__ import annotations

import logging
import resource
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from dpsynth import _files
from dpsynth.errors import DpsynthError, Interrupted, ResourceError
from dpsynth.run import provenance
from dpsynth.run.folder import RunFolder
from dpsynth.run.progress import Progress

T = TypeVar("T")


class Diary:
    """The notes of one run.

    Args:
        folder: where the run lies.
        run_id: its name.
        progress: shown to whoever waits.

    Attributes:
        opened: whether data were opened, so that the charge stands.
        measuring: whether noise may have been drawn when the run is taken up again.
        timings: seconds of each stage (internal).
    """

    def __init__(self, folder: RunFolder, run_id: str, progress: Progress) -> None:
        self.folder, self.run_id, self._progress = folder, run_id, progress
        self.opened = self.measuring = False
        self.timings: dict[str, float] = {}
        self._stage, self._since = "check", time.monotonic()

    def stage(self, name: str) -> None:
        """Closes the stage before and opens the next one."""
        self.close()
        self._stage, self._since = name, time.monotonic()
        self._progress.stage(name)

    def close(self) -> None:
        """Notes how long the open stage took."""
        self.timings[self._stage] = round(time.monotonic() - self._since, 3)

    def guard(self, name: str, step: Callable[[], T], otherwise: T) -> T:
        """The result of a step of the internal evaluation, or a stand-in when it fails."""
        try:
            return step()
        except Exception as error:
            self.write_inside(f"failure-{name}.txt", error)
            return otherwise

    def failure(self, error: BaseException) -> DpsynthError:
        """What to tell whoever waits: one clear error that holds no value of a row."""
        if isinstance(error, DpsynthError):
            error.charged = self.opened
            return error
        if isinstance(error, KeyboardInterrupt):
            return Interrupted("Stopped by hand.", charged=self.opened)
        if isinstance(error, MemoryError):
            return ResourceError("Memory ran out. Use a larger machine or fewer columns.", charged=self.opened)
        place = self.write_inside("failure.txt", error)
        return DpsynthError(
            f"Something unforeseen happened ({type(error).__name__}). Details are in {place}; do not send that file "
            "outside, it may hold real values.",
            charged=self.opened,
        )

    def write_inside(self, name: str, error: BaseException) -> Path:
        """Describes an exception under internal/. Its text could hold a value of a row: it stays there."""
        place = self.folder.internal / name
        with suppress(DpsynthError):
            _files.write_whole(place, "".join(traceback.format_exception(error)).encode())
        return place

    @contextmanager
    def quiet_libraries(self) -> Iterator[None]:
        """Keeps warnings and log lines of libraries inside: whether one appears can depend on the rows."""
        nothing = logging.NullHandler()
        logging.getLogger().addHandler(nothing)
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                yield
            text = "".join(f"{w.category.__name__}: {w.message} ({w.filename}:{w.lineno})\n" for w in caught)
            _files.write_whole(self.folder.internal / "warnings.txt", text.encode())
        finally:
            logging.getLogger().removeHandler(nothing)

    def write_state(self, state: str, exit_code: int) -> None:
        """Writes run.json; only a run that says it is complete must be able to."""
        if not self.folder.root.is_dir():
            return
        value = {
            "run_id": self.run_id,
            "state": state,
            "exit_code": exit_code,
            "charged": self.opened,
            "timings_s": self.timings,
            "peak_memory_bytes": peak_memory(),
            "versions": provenance.versions(),
        }
        try:
            _files.write_json(self.folder.state, value)
        except DpsynthError:
            if state == "complete":
                raise


def peak_memory() -> int:
    """Most memory that this process ever used, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
