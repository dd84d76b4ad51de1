"""The contribution bound: a uniform sample of a person's rows, the same one in every company."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from dpsynth.data.bounding import bounded, whole_people

KEY = b"k" * 32
PERSON = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), min_size=1, max_size=6, unique_by=lambda row: row[0])


def table(people: dict[int, list[tuple[int, int]]]) -> np.ndarray:
    """Sorted rows: person (two words), content, how often."""
    rows = [(0, person, content, count) for person, mine in people.items() for content, count in mine]
    return np.array(sorted(rows), np.uint64).reshape(-1, 4)


def kept_of(rows: np.ndarray, limit: int) -> dict[int, list[tuple[int, int]]]:
    kept: dict[int, list[tuple[int, int]]] = {}
    for (_, person, content, _), count in zip(rows.tolist(), bounded(rows, limit, KEY).tolist(), strict=True):
        kept.setdefault(person, []).append((content, count))
    return kept


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 9), PERSON, max_size=5), st.integers(1, 8))
def test_at_most_k_rows_and_nobody_depends_on_anybody_else(people: dict[int, list], limit: int) -> None:
    together = kept_of(table(people), limit)
    for person, rows in people.items():
        total = sum(count for _, count in rows)
        assert sum(count for _, count in together[person]) == min(limit, total)
        assert all(count <= dict(rows)[content] for content, count in together[person])
        assert together[person] == kept_of(table({person: rows}), limit)[person]


def test_every_row_has_the_same_chance() -> None:
    people = {person: [(0, 6), (1, 3), (2, 1)] for person in range(4000)}
    kept = Counter[int]()
    for rows in kept_of(table(people), 2).values():
        kept.update(dict(rows))
    # hypergeometric: 2 of 10 rows, so 1.2, 0.6 and 0.2 a person; 5 standard deviations of the sum
    assert abs(kept[0] - 4800) < 5 * (4000 * 2 * 0.6 * 0.4 * 8 / 9) ** 0.5
    assert abs(kept[2] - 800) < 5 * (4000 * 0.2 * 0.8) ** 0.5


def test_another_key_keeps_other_rows() -> None:
    rows = table({1: [(content, 1) for content in range(100)]})
    assert bounded(rows, 10, KEY).tolist() != bounded(rows, 10, b"j" * 32).tolist()
    assert bounded(rows, 10, KEY).tolist() == bounded(rows, 10, KEY).tolist()


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 9), PERSON, max_size=5), st.lists(st.integers(0, 30)))
def test_people_are_put_together_again(people: dict[int, list], cuts: list[int]) -> None:
    rows = table(people)
    chunks = np.split(rows, sorted(min(cut, len(rows)) for cut in cuts))
    whole = list(whole_people(chunks))
    assert np.concatenate([rows[:0], *whole]).tolist() == rows.tolist()
    owners = [set(chunk[:, 1].tolist()) for chunk in whole]
    assert sum(len(owner) for owner in owners) == len(people)


def test_the_empty_table() -> None:
    assert bounded(table({}), 3, KEY).shape == (0,)
    assert list(whole_people([table({})])) == []
