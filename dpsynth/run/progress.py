"""What a long run says while it works: stages and percent, never a count or a value of real data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Literal, Protocol, Self

from dpsynth.privacy.journal import Answer, Journal, Question

Style = Literal["bar", "lines", "json", "quiet"]


class Progress(Protocol):
    """Receives the stages of a run."""

    def stage(self, name: str) -> None:
        """A new stage begins; the one before is complete."""
        ...

    def fraction(self, done: float) -> None:
        """How much of the stage is done, 0 to 1."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Quiet:
    """Says nothing."""

    def stage(self, name: str) -> None:
        """Nothing."""

    def fraction(self, done: float) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing."""


class JsonLines(Quiet):
    """One JSON line an event, on standard error. Whole tens of percent, so that the lines do not depend on the data."""

    def __init__(self) -> None:
        self._name, self._tens = "", 0

    def stage(self, name: str) -> None:
        """A line for the end of the last stage and for the start of this one."""
        self._close()
        self._name, self._tens = name, 0
        self._say(0)

    def fraction(self, done: float) -> None:
        """A line for each tenth, none left out."""
        while self._tens < min(10, int(done * 10)):
            self._tens += 1
            self._say(self._tens * 10)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Closes the last stage unless the run failed."""
        if kind is None:
            self._close()

    def _close(self) -> None:
        if self._name:
            self.fraction(1.0)

    def _say(self, percent: int) -> None:
        with suppress(OSError, ValueError):  # a closed pipe must not cost a run that has opened the data
            print(json.dumps({"stage": self._name, "percent": percent}), file=sys.stderr, flush=True)


class Bar(Quiet):
    """A bar on a terminal."""

    def __init__(self, stages: tuple[str, ...]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (TextColumn("{task.description:<22}"), BarColumn(), TaskProgressColumn())
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=False)
        self._stages = stages
        self._task = self._bar.add_task("", total=len(stages))

    def stage(self, name: str) -> None:
        """Moves the bar to the start of the stage."""
        with suppress(OSError, ValueError):
            self._bar.update(self._task, description=name, completed=self._stages.index(name))

    def fraction(self, done: float) -> None:
        """Moves the bar inside the stage."""
        current = int(self._bar.tasks[0].completed)
        with suppress(OSError, ValueError):
            self._bar.update(self._task, completed=current + min(done, 0.999))

    def __enter__(self) -> Self:
        with suppress(OSError, ValueError):
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Fills the bar unless the run failed."""
        with suppress(OSError, ValueError):
            if kind is None:
                self._bar.update(self._task, description="done", completed=len(self._stages))
            self._bar.stop()


class TrainingSteps:
    """A journal that says how many of the planned steps of a training have been taken, a public number.

    Args:
        inner: where the answers go.
        planned: number of steps.
        fraction: told after each.
    """

    def __init__(self, inner: Journal, planned: int, fraction: Callable[[float], None]) -> None:
        self._inner, self._planned, self._fraction = inner, planned, fraction
        self._taken = 0

    def answer(self, question: Question, draw: Callable[[], Answer]) -> Answer:
        """See `Journal.answer`."""
        found = self._inner.answer(question, draw)
        if question["kind"] == "gradient":
            self._taken += 1
            self._fraction(self._taken / self._planned)
        return found


@contextmanager
def show(style: Style, stages: tuple[str, ...]) -> Iterator[Progress]:
    """Opens the progress display of a run."""
    display: Progress = Quiet() if style == "quiet" else JsonLines() if style == "json" else Bar(stages)
    with display:
        yield display
