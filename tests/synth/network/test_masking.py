"""Drawing orders that never end in a dead end, against enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from dpsynth.synth.network.masking import steps

SIZES = {"a": 3, "b": 2, "c": 4, "d": 2, "e": 3}


def possible_rows(zeros, given):
    names = list(SIZES)
    for row in product(*(range(n) for n in SIZES.values())):
        code = dict(zip(names, row, strict=True))
        broken = any(mask[tuple(code[name] for name in clique)] for clique, mask in zeros)
        if not broken and all(code[name] == wanted for name, wanted in given.items()):
            yield code


def walk(plan, code, at=0):
    """All rows of the ruled columns that a plan can draw; a dead end is an error."""
    if at == len(plan):
        yield dict(code)
        return
    step = plan[at]
    allowed = np.flatnonzero(step.possible[tuple(code[name] for name in step.before)])
    assert len(allowed), "dead end"
    for group in allowed:
        yield from walk(plan, {**code, step.name: int(group)}, at + 1)


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_draws_exactly_the_possible_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cliques = [("a", "b"), ("b", "c"), ("a", "c", "d"), ("d",)][: rng.integers(1, 5)]
    zeros = tuple((c, rng.random([SIZES[name] for name in c]) < 0.4) for c in cliques)
    given = {"c": 1} if seed % 2 else {}
    ruled = {name for clique in cliques for name in clique}
    wanted = {tuple(sorted((n, c) for n, c in row.items() if n in ruled)) for row in possible_rows(zeros, given)}
    if not wanted:
        with pytest.raises(ValueError, match="no row"):
            steps(SIZES, zeros, given)
        return
    plan = steps(SIZES, zeros, given)
    assert {step.name for step in plan} == ruled
    drawn = {tuple(sorted(row.items())) for row in walk(plan, {})}
    assert drawn == wanted


def test_without_rules_there_is_nothing_to_mask() -> None:
    assert steps(SIZES, (), {"a": 1}) == ()
