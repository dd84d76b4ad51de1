"""A release whose generator had a critic: nothing of the training stays, and a crash leaves what can go on."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dpsynth.privacy.curator import Curator
from dpsynth.synth.network import gan
from dpsynth.synth.network.checkpoint import Checkpoint
from dpsynth.synth.network.gan import Scale
from tests.run import study

TEXT = study.POLICY.replace("max_rows_per_unit: 3", "max_rows_per_unit: 1").replace(
    "audit: {runs: 5}", "audit: {runs: 1}\nsynthesis: {mechanism: gan}"
)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> study.Study:
    monkeypatch.setattr(gan, "SCALES", (Scale(0, (8,), 1000, 40),))
    monkeypatch.setattr(gan, "EVERY", 10)
    return study.Study(tmp_path / "study", policy_text=TEXT)


def test_nothing_of_the_training_stays(small: study.Study) -> None:
    folder = small.run().folder
    assert not list(folder.internal.rglob("training*"))
    assert {path.name for path in folder.measured.iterdir()} == {"gan.npz", "gan.json"}
    assert not any(b"critic" in path.name.encode() for path in folder.root.rglob("*"))


def test_a_crash_leaves_a_training_that_can_go_on(small: study.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def gradient(self, critic, clip, capacity, purpose):
        asked.append(purpose)
        if len(asked) > 15:
            raise MemoryError
        return real(self, critic, clip, capacity, purpose)

    real = Curator.gradient
    # The audit and the real run ask the same curator: only the latter keeps a checkpoint.
    monkeypatch.setattr(Checkpoint, "keep_answers", _then(Checkpoint.keep_answers, asked.clear))
    monkeypatch.setattr(Curator, "gradient", gradient)
    said = small.command()
    assert said.code != 0 and "Traceback" not in said.err
    [kept] = small.out.glob("*/*/internal/training-gan")
    assert Checkpoint(kept).answered and Checkpoint(kept).begun
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept.iterdir())


def _then(first, second):
    def both(*arguments):
        first(*arguments)
        second()

    return both
