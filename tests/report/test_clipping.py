"""Which table of counts a report says clipping took most of: none by chance, and the one that really lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dpsynth.report.numbers import usefulness
from dpsynth.report.pages import use
from dpsynth.report.words import speak
from dpsynth.synth.clip_bias import ClipBias

VIEW: Any = SimpleNamespace(measured=None)


def named(monkeypatch: pytest.MonkeyPatch, lost: np.ndarray) -> Any:
    found = tuple(ClipBias((f"c{i}",), 40.0, float(share), 0.3) for i, share in enumerate(lost))
    monkeypatch.setattr(usefulness, "clip_bias", lambda measured: found)
    return usefulness._most_clipped(VIEW)


def test_of_many_tables_that_lost_nothing_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    said = [isinstance(named(monkeypatch, rng.normal(0, 0.3, 40)), dict) for _ in range(500)]
    assert sum(said) <= 15  # 5 are expected


def test_a_table_that_lost_much_is_named_with_its_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = np.random.default_rng(1).normal(0, 0.3, 40)
    lost[7] = 1.2
    said = named(monkeypatch, lost)
    assert said["clique"].value == ["c7"] and said["lost"].noise_sd == 0.3
    assert not isinstance(named(monkeypatch, np.zeros(0)), dict)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_rows_that_the_noise_hides_are_not_called_none(language: str) -> None:
    hidden, seen, nobody = (
        str(use._clip({"table": "labs", "reach": 40.0, "lost": lost, "worst": None}, bound, speak(language)))
        for lost, bound in ((0.0, 200), (0.05, 200), (0.0, 40))
    )
    assert "%" not in hidden and "5" in seen and "%" in seen and "%" in nobody
