"""Answers on disk: whole or not there, used in their order, and never drawn twice."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from dpsynth import _files
from dpsynth.errors import BudgetError, ResourceError, SourceError
from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian, snap_rate
from dpsynth.privacy.journal import AnswerFolder, digest
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.testing import tables

QUESTION = {"kind": "measure", "sigmas": (1.0, 2.5), "cliques": (("a", "b"),), "groups": {"a": (0, 1)}}


def test_an_answer_is_drawn_once(tmp_path: Path) -> None:
    drawn = [np.arange(6.0).reshape(2, 3).T, np.array([-0.1]), np.array(2.5), np.zeros(0)]
    first = AnswerFolder(tmp_path / "answers", "rows").answer(QUESTION, lambda: drawn)
    again = AnswerFolder(tmp_path / "answers", "rows").answer(QUESTION, lambda: pytest.fail("drawn again"))
    for a, b, c in zip(drawn, first, again, strict=True):
        assert (
            a.dtype == b.dtype == c.dtype
            and a.shape == b.shape == c.shape
            and np.array_equal(a, b)
            and np.array_equal(a, c)
        )
    assert [p.stat().st_mode & 0o777 for p in (tmp_path / "answers").iterdir()] == [0o600, 0o600]


def test_the_size_of_a_file_tells_nothing(tmp_path: Path) -> None:
    sizes = set()
    for i, value in enumerate((0.0, 1e-300, -123456.789)):
        AnswerFolder(tmp_path / str(i), "rows").answer(QUESTION, lambda value=value: [np.full(5, value)])
        sizes.add((tmp_path / str(i) / "000000").stat().st_size)
    assert len(sizes) == 1


@pytest.mark.parametrize("key", ["sigmas", "cliques", "groups", "targets"])
def test_another_question_has_another_digest(key: str) -> None:
    changed = {"sigmas": (1.0, 2.25), "cliques": (("b", "a"),), "groups": {"a": (1, 0)}, "targets": [np.zeros(2)]}
    assert digest({**QUESTION, key: changed[key]}) != digest(QUESTION)
    assert (
        digest({"t": np.zeros(2)}) != digest({"t": np.zeros(2, np.int64)}) != digest({"t": np.zeros((2, 1), np.int64)})
    )
    assert digest({"t": np.zeros(2)}) != digest({"t": np.array([0.0, 5e-324])})
    assert digest({"g": (np.int64(1), np.float64(0.5))}) == digest({"g": (1, 0.5)})


def test_answers_belong_to_one_set_of_rows(tmp_path: Path) -> None:
    AnswerFolder(tmp_path, "rows").answer(QUESTION, lambda: [np.zeros(1)])
    AnswerFolder(tmp_path, "rows")
    for rows in ("other rows", "row"):
        with pytest.raises(SourceError, match="not the one that the answers"):
            AnswerFolder(tmp_path, rows)
    (tmp_path / "rows").unlink()
    (tmp_path / "000000").rename(tmp_path / "000007")
    with pytest.raises(SourceError, match="removed or are incomplete"):
        AnswerFolder(tmp_path, "rows")


def test_what_was_removed_is_not_drawn_again(tmp_path: Path) -> None:
    journal = AnswerFolder(tmp_path, "rows")
    for _ in range(3):
        journal.answer(QUESTION, lambda: [np.zeros(1)])
    (tmp_path / "000001").unlink()
    again = AnswerFolder(tmp_path, "rows", begun=True)
    again.answer(QUESTION, lambda: pytest.fail("drawn again"))
    with pytest.raises(SourceError, match="000001 was removed") as refused:
        again.answer(QUESTION, lambda: pytest.fail("drawn again"))
    assert refused.value.charged
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(SourceError, match="Start a new run") as refused:
        AnswerFolder(tmp_path, "rows", begun=True)
    assert refused.value.charged and not list(tmp_path.iterdir())
    AnswerFolder(tmp_path, "rows")


def test_another_question_is_refused(tmp_path: Path) -> None:
    AnswerFolder(tmp_path / "a", "rows").answer(QUESTION, lambda: [np.zeros(1)])
    with pytest.raises(SourceError, match="another question") as refused:
        AnswerFolder(tmp_path / "a", "rows").answer({**QUESTION, "sigmas": (9.0,)}, lambda: pytest.fail("drawn"))
    assert refused.value.charged


@pytest.mark.parametrize("without_names", [True, False])
def test_a_file_is_written_once(tmp_path: Path, without_names: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not without_names:  # a file system that has no files without names
        plain = os.open

        def refuse(path: object, flags: int, *more: int, **how: int) -> int:
            if flags & os.O_TMPFILE == os.O_TMPFILE:
                raise OSError(95, "Operation not supported")
            return plain(path, flags, *more, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "open", refuse)
    path = tmp_path / "x"
    _files.write_once(path, b"one")
    with pytest.raises(ResourceError, match="another process"):
        _files.write_once(path, b"two")
    assert path.read_bytes() == b"one" and path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    seen = []

    def interrupted(descriptor: int) -> None:
        seen.append([p.name for p in tmp_path.iterdir()])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(ResourceError, match="no space left"):
        _files.write_once(tmp_path / "y", b"never")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    assert (seen == [["x"]]) == without_names, "without a name nobody can read it while it is written"


def test_a_curator_charges_recorded_answers_like_new_ones(tmp_path: Path) -> None:
    domain = tables.domain(2, 3)
    units, names = tables.crowd(domain, 50, 2, np.random.default_rng(0)), domain.names

    def curator() -> Curator:
        journal = AnswerFolder(tmp_path / "answers", "rows")
        return Curator(units, domain, 2, Fraction(100), 10**6, DiscreteGaussian(), journal=journal)

    def ask(c: Curator) -> list[np.ndarray]:
        found = [m.values for m in c.measure([(names[0],), names[:2]], [5.0, 7.0], "x")]
        found += [m.values for m in c.measure([names[:2]], 3.0, "y", clip=1.5)]
        found.append(c.distances([(names[0],)], [np.ones(domain.sizes[names[0]])], 4.0, "z"))
        return [*found, c.unit_sizes([1, 3], 2.0, "s")]

    one, two = curator(), curator()
    first = ask(one)
    second = ask(two)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert one.event == two.event
    narrow = Curator(units, domain, 2, Fraction(1, 10**6), 10**6, DiscreteGaussian(),
                     journal=AnswerFolder(tmp_path / "answers", "rows"))  # fmt: skip
    with pytest.raises(BudgetError):
        ask(narrow)


def test_a_step_of_training_is_drawn_once(tmp_path: Path) -> None:
    domain = tables.domain(3)
    units = tables.people(domain, [[[row]] for row in (0, 1, 1, 2)])
    net = Critic((3, 1), torch.zeros(size((3, 1))))

    def steps(number: int) -> list[np.ndarray]:
        reserved = SampledGaussian("critic", 2, snap_rate(0.5), 1.0)
        journal = AnswerFolder(tmp_path / "answers", "rows")
        source = Curator(units, domain, 1, Fraction(0), 10, DiscreteGaussian(), [reserved], journal=journal)
        return [source.gradient(net, 1.0, 8, "critic").numpy() for _ in range(number)]

    first, again = steps(1), steps(2)
    assert np.array_equal(first[0], again[0]) and not np.array_equal(again[0], again[1])
    assert again[0].dtype == np.float32
    with pytest.raises(BudgetError):
        steps(3)
