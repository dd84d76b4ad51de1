"""Levels under rules, against all combinations looked at one by one."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import violations
from dpsynth.dummy.combinations import NothingLeftError, TooWideError, combinations


def domain_of(*sizes: int) -> Domain:
    levels = {f"c{i}": tuple(f"l{code}" for code in range(size)) for i, size in enumerate(sizes)}
    return Domain(
        tuple(
            Category(n, labels, None, None, (), frozenset(), {label: i for i, label in enumerate(labels)}, 0)
            for n, labels in levels.items()
        )
    )


def exact(domain: Domain, zeros, weights) -> dict[tuple[int, ...], float]:
    """The chance of each combination of the columns in rules, by looking at all."""
    names = [name for name in domain.names if any(name in clique for clique, _ in zeros)]
    found = {}
    for codes in product(*(range(domain.sizes[name]) for name in names)):
        of = dict(zip(names, codes))
        allowed = not any(mask[tuple(of[name] for name in clique)] for clique, mask in zeros)
        found[codes] = allowed * float(np.prod([weights[name][code] for name, code in of.items()]))
    total = sum(found.values())
    return {codes: chance / total for codes, chance in found.items()} if total else {}


CLIQUES = [
    (("c0", "c1"),),
    (("c0", "c1"), ("c1", "c2"), ("c2", "c3")),
    (("c0", "c1"), ("c1", "c2"), ("c2", "c3"), ("c0", "c3")),  # a ring
    (("c0", "c1", "c2"), ("c3", "c4")),
]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(CLIQUES), st.integers(0, 2**32), st.booleans())
def test_drawn_levels_follow_the_exact_distribution(cliques, seed: int, anchored: bool) -> None:
    rng = np.random.default_rng(seed)
    domain = domain_of(2, 3, 4, 3, 2)
    zeros = tuple((c, rng.random([domain.sizes[n] for n in c]) < 0.4) for c in cliques)
    weights = {n: rng.random(size) * (rng.random(size) < 0.9) for n, size in domain.sizes.items()}
    chances = exact(domain, zeros, weights)
    anchor = "c1" if anchored else None
    if not chances:
        with pytest.raises(NothingLeftError):
            combinations(domain, zeros, weights, anchor)
        return
    joint = combinations(domain, zeros, weights, anchor)
    known, rows = {}, 20_000
    if anchor:
        assert joint.anchor is not None
        marginal = np.zeros(3)
        names = [name for name in domain.names if any(name in clique for clique, _ in zeros)]
        for codes, chance in chances.items():
            marginal[codes[names.index("c1")]] += chance
        np.testing.assert_allclose(joint.anchor / joint.anchor.sum(), marginal, atol=1e-12)
        known = {"c1": rng.choice(3, rows, p=marginal).astype(np.uint16)}
    drawn = joint.draw(rows, rng, known)
    names = [name for name in domain.names if name in drawn]
    table = np.stack([drawn[name] for name in names]).T
    all_columns = np.zeros((rows, 5), np.uint16)
    for name in names:
        all_columns[:, domain.index(name)] = drawn[name]
    assert not violations(all_columns, domain, zeros).any()
    counted = Counter(map(tuple, table.tolist()))
    assert all(chances[codes] > 0 for codes in counted)
    error = sum(abs(counted[codes] / rows - chance) for codes, chance in chances.items()) / 2
    assert error < 0.4 * np.sqrt(len(chances) / rows) + 0.01


def test_a_level_without_a_share_never_comes() -> None:
    domain = domain_of(3, 3)
    zeros = ((("c0", "c1"), np.eye(3, dtype=bool)),)
    weights = {"c0": np.array([0.0, 1.0, 1.0]), "c1": np.array([1.0, 0.0, 1.0])}
    drawn = combinations(domain, zeros, weights).draw(5_000, np.random.default_rng(0))
    assert set(zip(drawn["c0"].tolist(), drawn["c1"].tolist())) == {(1, 0), (1, 2), (2, 0)}


def test_no_rule_is_nothing_to_draw() -> None:
    joint = combinations(domain_of(2, 2), (), {"c0": np.ones(2), "c1": np.ones(2)})
    assert joint.names == () and joint.draw(10, np.random.default_rng(0)) == {}


def test_rules_that_are_tied_too_widely_are_named() -> None:
    domain = domain_of(*[30] * 6)
    pairs = [(a, b) for a in range(6) for b in range(a + 1, 6)]
    rng = np.random.default_rng(0)
    zeros = tuple(((f"c{a}", f"c{b}"), rng.random((30, 30)) < 0.1) for a, b in pairs)
    with pytest.raises(TooWideError, match="c0, c1, c2, c3, c4, c5"):
        combinations(domain, zeros, {name: np.ones(30) for name in domain.names})


def test_equal_levels_of_long_lists_cost_nothing() -> None:
    """60,000 codes that decide one of three regions, and a rule over the region: small tables of classes."""
    domain = domain_of(60_000, 3, 2)
    decides = np.ones((60_000, 3), bool)
    decides[np.arange(60_000), np.arange(60_000) % 3] = False
    never = np.zeros((3, 2), bool)
    never[0, 1] = True
    zeros = ((("c0", "c1"), decides), (("c1", "c2"), never))
    joint = combinations(domain, zeros, {n: np.ones(size) for n, size in domain.sizes.items()})
    drawn = joint.draw(100_000, np.random.default_rng(1))
    assert (drawn["c0"] % 3 == drawn["c1"]).all() and not ((drawn["c1"] == 0) & (drawn["c2"] == 1)).any()
    # One part of five has region 0: of its codes half as many combinations are possible.
    assert abs((drawn["c1"] == 0).mean() - 0.2) < 0.01
    assert len(np.unique(drawn["c0"])) > 40_000
