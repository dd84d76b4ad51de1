"""Runs that are killed (SIGKILL) at a chosen moment, and what is left of them: for tests and for the benchmark.

A moment is one of the steps at which something becomes lasting: an entry of the ledger, a file that is synced, a file
that gets its name. At a sync the file is cut in half first, as a crash in the middle of writing would leave it. Between
the steps a run is killed from outside, after some seconds.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dpsynth.errors import DpsynthError
from dpsynth.privacy.ledger import Ledger
from dpsynth.release import manifest
from tests.run.study import Study, say

FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["dpsynth.run.pipeline", "dpsynth.report.document", "dpsynth.report.render", __name__])
LANDMARKS = ("reserve", "opened", "measuring", "commit")


@dataclass(frozen=True)
class Killed:
    """What a killed run left, and how it went on.

    Attributes:
        moment: where it was killed.
        before: state of its charge afterwards.
        verified: whether the ledger was sound, before and after it went on.
        code: exit code of going on.
        after: state of its charge in the end.
        charges: number of charges of the run.
        kept: whether every answer that was whole came back unchanged.
        redrawn: answers in the end, less those of a run that nobody killed.
        whole: whether the bundle in the end is what its manifest says, `latest` is that run, and nothing half-written
            is left.
    """

    moment: str
    before: str
    verified: bool
    code: int
    after: str
    charges: int
    kept: bool
    redrawn: int
    whole: bool

    @property
    def lost(self) -> bool:
        """Whether anything was lost that had been written: the ledger, the charge, an answer, or the way on."""
        went_on = (self.code, self.after) == (0, "committed") if self.before != "none" else self.after == "none"
        return not (self.verified and self.kept and self.whole and went_on)

    @property
    def double(self) -> bool:
        """Whether anything was charged or drawn twice."""
        return self.charges > 1 or self.redrawn != 0


def two_candidates(folder: Path, url: str = "") -> Study:
    """A study whose runs ask several questions, and the same ones whatever the noise says.

    Args:
        folder: where it lies.
        url: of its ledger; left out: a file in the folder.
    """
    made = Study(folder, url=url)
    made.edit("epsilon: 2.0", "epsilon: 0.3")
    made.policy.write_text(made.policy.read_text() + "synthesis: {candidates: {mst: 0.6, independent: 0.4}}\n")
    return made


def moments(study: Study) -> tuple[str, ...]:
    """Every step of a run that nobody kills, by name; it leaves its answers where they are."""
    note = study.folder / "moments"
    for _ in range(2):  # the first one makes the ledger and keeps its audit, which takes more steps
        _process(_run, study, -1, note)
    return tuple(note.read_text().splitlines())


def choose(names: tuple[str, ...], number: int, rng: random.Random) -> list[int]:
    """Steps at which to kill: just after the entries of the ledger, at some answers, and others at random."""
    after = [names.index(f"after {name}") for name in LANDMARKS]
    answers = [i for i, name in enumerate(names) if "/answers/0" in name]
    reports = [i for i, name in enumerate(names) if "report." in name]
    first = [after[2], rng.choice(answers), rng.choice(reports), after[3], after[0], answers[0], *answers, *reports]
    others = [i for i in range(len(names)) if i not in first]
    rng.shuffle(others)
    mixed = [*first[:6], *(x for pair in zip(first[6:], others, strict=False) for x in pair), *others]
    return list(dict.fromkeys(mixed))[:number]


def kill(study: Study, names: tuple[str, ...], at: int) -> Killed:
    """Kills a new run at a step, and resumes it."""
    before = set(_runs(study))
    note = study.folder / "moments"
    assert _process(_run, study, at, note) == -signal.SIGKILL
    assert tuple(note.read_text().splitlines()) == names[:at], "a run takes the same steps every time"
    return _gone_on(study, names, names[at], before)


def strike(study: Study, names: tuple[str, ...], seconds: float) -> Killed | None:
    """Kills a new run after some seconds, and resumes it; None if it was over by then."""
    before = set(_runs(study))
    process = FORK.Process(target=_run, args=(study, -1, study.folder / "moments"))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return _gone_on(study, names, f"{seconds:.3f} s", before) if process.exitcode else None


def _gone_on(study: Study, names: tuple[str, ...], moment: str, before: set[Path]) -> Killed:
    """Resumes the run that is new, if one was begun."""
    new = set(_runs(study)) - before
    if not new:
        return Killed(moment, "none", _charge(study, "")[1], 0, "none", 0, kept=True, redrawn=0, whole=True)
    (root,) = new
    state, sound = _charge(study, root.name)
    answers = _answers(root)
    code = _process(_resume, study, root)
    after, sound_after = _charge(study, root.name)
    found = _answers(root)
    whole = sum(name.startswith("link") for name in names if "/answers/0" in name)
    over = after == ["committed"]
    return Killed(
        moment, state[0] if state else "none", sound and sound_after, code or 0,
        after[0] if after else "none", len(after),
        kept=all(found[name] == content for name, content in answers.items()),
        redrawn=len(found) - whole if over else 0,
        whole=_is_whole(root) if over else True,
    )  # fmt: skip


def _answers(root: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (root / "measured/answers").glob("[0-9]*")}


def _is_whole(root: Path) -> bool:
    try:
        manifest.verify(root / "public")
    except DpsynthError:
        return False
    is_latest = (root.parent / "latest").resolve() == root.resolve()
    return is_latest and not list(root.rglob("*.part")) and not list(root.parent.glob(".latest-*"))


def _runs(study: Study) -> list[Path]:
    place = study.out / "small"
    return [p for p in place.iterdir() if not p.is_symlink()] if place.is_dir() else []


def _charge(study: Study, run_id: str) -> tuple[list[str], bool]:
    """States of the charges of a run, and whether the ledger is sound."""
    ledger = Ledger(study.ledger)
    try:
        sound = ledger.verify() > 0
        own = [c.state for c in ledger.statement("small-people").charges if c.run_id == run_id]
        return [state for state in own if state != "void"], sound
    finally:
        ledger.close()


def _process(work: Callable[..., None], *arguments: object) -> int | None:
    process = FORK.Process(target=work, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def _run(study: Study, at: int, note: Path) -> None:
    """A run whose steps are written down, and which is killed at one of them."""
    _keep_answers()
    _count(at, note)
    raise SystemExit(study.command("--quiet").code)


def _resume(study: Study, root: Path) -> None:
    _keep_answers()
    raise SystemExit(say("run", "--resume", str(root), "--ledger", study.ledger, "--quiet").code)


def _keep_answers() -> None:
    from dpsynth.run.folder import RunFolder

    RunFolder.forget_answers = lambda self: None  # type: ignore[method-assign]


def _count(at: int, note: Path) -> None:
    """Counts lasting steps from now on, and ends the process before the one with this number."""
    lines = open(note, "w", buffering=1)  # noqa: SIM115  as long as the process lives
    taken = 0

    def step(name: str, cut: int | None = None) -> None:
        nonlocal taken
        if taken == at:
            if cut is not None:
                os.ftruncate(cut, os.fstat(cut).st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1
        lines.write(name + "\n")

    fsync, replace, link = os.fsync, os.replace, os.link

    def counted_fsync(descriptor: int) -> None:
        name = os.readlink(f"/proc/self/fd/{descriptor}")
        is_file = os.path.isfile(f"/proc/self/fd/{descriptor}")
        step(f"sync {'file' if is_file else _short(name)}", descriptor if is_file else None)
        fsync(descriptor)

    def counted_replace(source: str, target: object) -> None:
        step(f"name {_short(str(target))}")
        replace(source, target)  # type: ignore[call-overload]

    def counted_link(source: str, target: object, **how: object) -> None:
        step(f"link {_short(str(target))}")
        link(source, target, **how)  # type: ignore[arg-type]

    os.fsync, os.replace, os.link = counted_fsync, counted_replace, counted_link  # type: ignore[assignment]
    for name in LANDMARKS:
        done = getattr(Ledger, name)

        def counted(
            self: Ledger, *a: object, done: Callable[..., object] = done, name: str = name, **k: object
        ) -> object:
            step(f"before {name}")
            result = done(self, *a, **k)
            step(f"after {name}")
            return result

        setattr(Ledger, name, counted)


def _short(path: str) -> str:
    """A path without the name of the run."""
    parts = Path(path).parts
    where = parts.index("reports") if "reports" in parts else len(parts) - 1
    return "/".join(part for part in parts[where:] if not part.startswith("20"))
