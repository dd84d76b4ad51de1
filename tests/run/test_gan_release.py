"""A release whose generator had a critic: nothing of the training stays, and one that stopped goes on."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
import torch

from dpsynth.errors import ResourceError
from dpsynth.policy.load import load
from dpsynth.privacy.journal import AnswerFolder
from dpsynth.run import pipeline, preflight
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import plan
from dpsynth.run.progress import Quiet
from dpsynth.run.setting import Setting
from dpsynth.synth.network import gan
from dpsynth.synth.network.gan import Scale
from tests.run import kills, study
from tests.run.test_broken import charges

TEXT = study.POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1").replace(
    "audit: {runs: 5}", "audit: {runs: 1}\nsynthesis: {mechanism: gan}"
)
SCALES = (Scale(0, (8,), 1000, 40),)
STEP = 20
"""An answer in the middle of the training."""


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> study.Study:
    monkeypatch.setattr(gan, "SCALES", SCALES)
    return study.Study(tmp_path / "study", policy_text=TEXT)


class Heard(Quiet):
    """What a run said, by stage."""

    def __init__(self) -> None:
        self.stages: dict[str, list[float]] = {}

    def stage(self, name: str) -> None:
        self.stages[name] = []

    def fraction(self, done: float) -> None:
        self.stages[list(self.stages)[-1]].append(done)


def test_nothing_of_the_training_stays(small: study.Study) -> None:
    heard = Heard()
    folder = pipeline.run(plan(load(small.policy)), Setting(small.out, small.ledger), heard).folder
    assert heard.stages["measure"] == pytest.approx([number / 40 for number in range(1, 41)]), "each step is told"
    assert not list(folder.internal.rglob("training*"))
    assert {path.name for path in folder.measured.iterdir()} == {"gan.npz", "gan.json"}
    assert not any(b"critic" in path.name.encode() for path in folder.root.rglob("*"))


def test_what_is_not_there_costs_nothing(small: study.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    small.edit("mechanism: gan}", "mechanism: gan, device: cuda}")
    said = small.command("--quiet")
    assert said.code == ResourceError.exit_code and "no CUDA device" in said.err
    assert charges(small) == []
    planned = plan(load(small.policy))
    monkeypatch.setitem(sys.modules, "torch", None)  # as where it is installed and broken
    with pytest.raises(ResourceError, match="torch, which gan needs, cannot be loaded"):
        preflight.check(planned, small.out)


def _killed_at(small: study.Study, number: int) -> None:
    """A run that is killed when an answer is on disk and has no name yet."""
    gan.SCALES = SCALES  # type: ignore[misc]
    link = os.link

    def cut(source: object, target: Path, **how: object) -> None:
        if target.parent.name == "answers" and target.name == f"{number:06d}":
            os.kill(os.getpid(), signal.SIGKILL)
        link(source, target, **how)  # type: ignore[arg-type]

    os.link = cut  # type: ignore[assignment]
    small.command("--quiet")


def test_a_training_that_was_killed_goes_on(small: study.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    process = kills.FORK.Process(target=_killed_at, args=(small, STEP))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL and charges(small) == ["open"]
    [root] = small.out.glob("*/2*")
    kept = _answers(root)
    assert sorted(kept) == [f"{n:06d}" for n in range(STEP)], "most of the training was still to come"
    drawn: list[int] = []

    def answer(self, question, draw):
        number = self._next

        def noted():
            drawn.append(number)
            return draw()

        return real(self, question, noted)

    real = AnswerFolder.answer
    monkeypatch.setattr(AnswerFolder, "answer", answer)
    forgotten, forget = {}, RunFolder.forget_answers
    monkeypatch.setattr(RunFolder, "forget_answers", lambda self: (forgotten.update(_answers(root)), forget(self)))
    assert study.say("run", "--resume", str(root), "--ledger", small.ledger).code == 0
    assert charges(small) == ["committed"]
    assert drawn == list(range(STEP, len(forgotten))) and len(forgotten) > 40, "nothing was drawn twice"
    assert {name: forgotten[name] for name in kept} == kept
    assert sum(map(len, forgotten.values())) < preflight.needs(plan(load(small.policy))).disk
    assert not (root / "measured/answers").exists()


def _answers(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "measured/answers").glob("0*")}
