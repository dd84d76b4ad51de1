"""The exact searches against double loops, on made-up tables full of ties, duplicates and colliding hashes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.attacks import gower, kernels, matches
from dpsynth.data.units import Units
from dpsynth.testing.attacks import plain_domain

from .test_matches_and_distances import mixed_domain, naive_isolated, naive_near

SEED = np.random.default_rng


class FewBits:
    """Codes of levels with so few bits that unequal rows often have equal hashes, in the highest or the lowest bits."""

    def __init__(self, seed, bits, shift):
        self.rng, self.bits, self.shift = SEED(seed), bits, shift

    def integers(self, low, high, shape, dtype, endpoint):
        return self.rng.integers(0, 2**self.bits, shape, dtype) << np.uint64(self.shift)


@st.composite
def two_tables(draw):
    rng = SEED(draw(st.integers(0, 2**32)))
    columns, levels = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    n, m = draw(st.integers(0, 30)), draw(st.integers(0, 30))
    return tuple(rng.integers(0, levels, (rows, columns)).astype(np.uint16) for rows in (n, m))


@given(two_tables(), st.integers(0, 3), st.sampled_from([(64, 0), (1, 0), (2, 62), (3, 40)]), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_joins_equal_the_double_loop_whatever_the_hashes(tables, differ, code, seed):
    rows, table = tables
    group = Units(rows, np.arange(len(rows)) // 2, -(-len(rows) // 2))
    with pytest.MonkeyPatch.context() as patch:
        if code[0] < 64:
            patch.setattr(matches.np.random, "default_rng", lambda _: FewBits(seed, *code))
        assert (matches.near(rows, table, differ) == naive_near(rows, table, differ)).all()
        assert (matches.isolated(group, differ) == naive_isolated(group, differ)).all()


def test_joins_find_every_planted_row_among_many():
    """Far more rows than a double loop could compare: each row changed in r cells is found, at r and not before."""
    rng = SEED(0)
    table = rng.integers(0, 30, (20_000, 12)).astype(np.uint16)
    for differ in (0, 1, 2):
        rows = table[rng.permutation(len(table))[:3000]].copy()
        for i in range(len(rows)):
            changed = rng.permutation(12)[:differ]
            rows[i, changed] = (rows[i, changed] + rng.integers(1, 30, differ)) % 30
        assert matches.near(rows, table, differ).all()
        assert differ == 0 or not matches.near(rows, table, differ - 1).any()


def test_the_sieve_loses_nothing_and_keeps_few():
    rng = SEED(0)
    here, there = (rng.integers(0, 2**64, 50_000, np.uint64) for _ in range(2))
    here[:5000] = there[:5000]
    kept = matches._maybe_in(here, there)
    assert kept[:5000].all()
    assert kept[5000:].mean() < 1 / 8


def naive_nearest(domain, targets, table, k, columns):
    """The formula with whole numbers."""
    unit = (1 << 23) // len(columns)
    steps = {c: np.rint(gower.level_distances(domain.attributes[c]) * unit).astype(int) for c in columns}
    found = np.ones((len(targets), k))
    for i, target in enumerate(targets):
        sums = sorted(sum(int(steps[c][target[c], row[c]]) for c in columns) for row in table)[:k]
        found[i, : len(sums)] = np.array(sums) / (unit * len(columns))
    return found


@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(0, 40), st.integers(1, 6), st.sampled_from([1, 12, 4096]))
@settings(max_examples=60, deadline=None)
def test_nearest_equal_the_double_loop_compiled_and_not(seed, n, m, k, joint):
    rng, domain = SEED(seed), mixed_domain()
    columns = sorted(rng.permutation(4)[: rng.integers(1, 5)].tolist())
    targets, table = (np.stack([rng.integers(0, a.size, r) for a in domain.attributes], 1) for r in (n, m))
    targets, table = targets.astype(np.uint16), table.astype(np.uint16)[rng.integers(0, max(m, 1), m)]
    expected = naive_nearest(domain, targets, table, k, columns)
    for few in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gower, "FEW", few)
            patch.setattr(gower, "JOINT", joint)
            patch.setattr(gower, "BLOCK_TARGETS", 3)
            assert (gower.nearest(domain, targets, table, k, columns) == expected).all()


def test_the_compiled_search_equals_the_plain_one_on_many_rows(monkeypatch):
    """More rows than the loop holds at once; a quarter are duplicates."""
    rng, sizes = SEED(0), (70, 3, 12, 5, 40, 2, 9)
    domain = plain_domain(*sizes)
    table = np.stack([(rng.random(9000) ** 2 * s).astype(np.uint16) for s in sizes], 1)
    table[:2000] = table[5000:7000]
    assert len(table) > 2 * kernels.ROWS
    targets = table[rng.permutation(9000)[:150]]
    plain = gower.nearest(domain, targets, table, 7)
    monkeypatch.setattr(gower, "FEW", 0)
    assert (gower.nearest(domain, targets, table, 7) == plain).all()
    assert (plain[:, 0] == 0).all()
    assert (np.diff(plain, axis=1) >= 0).all()
    assert (gower.closest(domain, targets, table) == 0).all()
    assert (gower.mean_of_nearest(domain, targets, table, 7) == plain.mean(axis=1)).all()


def test_a_column_with_all_codes_stays_alone():
    """2^16 levels need no room for another column, and no number overflows."""
    sizes, bundle = [2**16, 3], [0]
    rows = np.array([[2**16 - 1, 1], [5, 2]], np.uint16)
    assert gower._bundles(sizes) == [[0], [1]]
    assert gower._cell(rows, sizes, bundle).tolist() == [2**16 - 1, 5]


def test_no_column_counts():
    domain, rows = plain_domain(3), np.zeros((2, 1), np.uint16)
    assert gower.nearest(domain, rows, rows, 3, ()).tolist() == [[1.0] * 3] * 2
    assert list(gower.blocks(domain, rows, rows, ())) == []


def test_a_code_outside_the_domain_is_named_before_the_compiled_loop(monkeypatch):
    monkeypatch.setattr(gower, "FEW", 0)
    with pytest.raises(ValueError, match="levels that the domain has"):
        gower.nearest(plain_domain(2), np.zeros((1, 1), np.uint16), np.full((1, 1), 2, np.uint16), 1)
