"""A release whose generator had a critic: nothing of the training stays, and one that stopped goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpsynth.privacy.journal import AnswerFolder
from dpsynth.synth.network import gan
from dpsynth.synth.network.gan import Scale
from tests.run import study

TEXT = study.POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1").replace(
    "audit: {runs: 5}", "audit: {runs: 1}\nsynthesis: {mechanism: gan}"
)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> study.Study:
    monkeypatch.setattr(gan, "SCALES", (Scale(0, (8,), 1000, 40),))
    return study.Study(tmp_path / "study", policy_text=TEXT)


def test_nothing_of_the_training_stays(small: study.Study) -> None:
    folder = small.run().folder
    assert not list(folder.internal.rglob("training*"))
    assert {path.name for path in folder.measured.iterdir()} == {"gan.npz", "gan.json"}
    assert not any(b"critic" in path.name.encode() for path in folder.root.rglob("*"))


def test_a_training_that_stopped_goes_on(small: study.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def answer(self, question, draw):
        number = self._next
        if number == 20 and 20 not in drawn:
            drawn.append(number)
            raise MemoryError

        def noted():
            drawn.append(number)
            return draw()

        return real(self, question, noted)

    real = AnswerFolder.answer
    monkeypatch.setattr(AnswerFolder, "answer", answer)
    said = small.command()
    assert said.code != 0 and "Traceback" not in said.err and drawn == list(range(21))
    [root] = small.out.glob("*/2*")
    assert study.say("run", "--resume", str(root), "--ledger", small.ledger).code == 0
    assert drawn[21:] == list(range(20, drawn[-1] + 1)) and drawn[-1] > 40, "nothing was drawn twice"
