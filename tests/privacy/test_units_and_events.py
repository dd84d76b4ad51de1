from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth import _validate
from dpsynth.privacy import events
from dpsynth.privacy.events import Composed, GaussianFilter, GaussianQueries
from dpsynth.privacy.units import Delta, Epsilon, Mu, Rho


@pytest.mark.parametrize(("left", "right"), [(Epsilon(1), Rho(1)), (Mu(1), Epsilon(1)), (Delta(0.1), Epsilon(0.1))])
def test_parameters_of_different_kinds_do_not_mix(left, right) -> None:
    with pytest.raises(TypeError, match="does not mix"):
        left + right
    with pytest.raises(TypeError):
        _ = left < right
    assert left != right


def test_each_parameter_composes_by_its_own_rule() -> None:
    assert Epsilon(1) + Epsilon(2) == Epsilon(3)
    assert Rho(0.1) + Rho(0.2) == Rho(0.1 + 0.2)
    assert Mu(3) + Mu(4) == Mu(5)
    assert Delta(0.7) + Delta(0.7) == Delta(1.0)
    assert Mu(2).share(0.25) == Mu(1)


@pytest.mark.parametrize("kind", [Epsilon, Delta, Rho, Mu])
@pytest.mark.parametrize("value", [-1e-9, float("nan"), float("inf")])
def test_impossible_parameters_are_refused(kind, value) -> None:
    with pytest.raises(ValueError, match="Expected"):
        kind(value)


def test_delta_is_a_probability() -> None:
    with pytest.raises(ValueError, match="Delta"):
        Delta(1.1)


def queries(**changes) -> GaussianQueries:
    fields = {"purpose": "one_way", "queries": 3, "cells": 9, "sensitivity": 2.0, "sigma": 1.5, "lattice_bits": 30}
    return GaussianQueries(**(fields | changes))


numbers = st.integers(1, 10**6)
leaves = st.builds(
    GaussianQueries, st.text(max_size=8), numbers, numbers, st.floats(1e-3, 1e6), st.floats(0.1, 1e8), st.just(30)
)
leaves |= st.builds(
    GaussianFilter, st.text(max_size=8), numbers, st.floats(1e-3, 1e6), st.floats(0.1, 1e8), st.just(30)
)
trees = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4).map(lambda parts: Composed(tuple(parts))))


@given(trees)
def test_events_survive_json(event) -> None:
    again = events.from_json(json.loads(json.dumps(events.to_json(event))))
    assert again == event
    leaves = events.flatten(again)
    assert sum((e.mu_squared for e in leaves), Fraction(0)) == sum(
        (e.mu_squared for e in events.flatten(event)), Fraction(0)
    )


def test_mu_squared_is_exact() -> None:
    assert queries(queries=3, sensitivity=2.0, sigma=1.5).mu_squared == 3 * Fraction(16, 9)


def test_a_filter_is_one_gaussian_of_its_total() -> None:
    whole = GaussianFilter("adaptive", 50, 2.0, 3.0, 30)
    assert whole.mu_squared == Fraction(4, 9)
    assert events.cells(Composed((whole, queries(cells=9), Composed((whole,))))) == 109
    for wrong in ({"cells": 0}, {"cells": 2.0}, {"sigma": 0.0}, {"sensitivity": float("nan")}, {"lattice_bits": "30"}):
        with pytest.raises(ValueError, match="Expected"):
            GaussianFilter(**{**vars(whole), **wrong})
        with pytest.raises(ValueError, match="Expected"):
            events.from_json({**events.to_json(whole), **wrong})


@pytest.mark.parametrize(
    "value",
    [{"event": "Laplace"}, {}, [], None, {"event": "Composed"}, {"event": "Composed", "events": 3}, {"event": []}]
    + [{**events.to_json(queries()), **wrong} for wrong in ({"more": 1}, {"queries": "3"}, {"queries": 2.0})]
    + [{**events.to_json(queries()), **wrong} for wrong in ({"queries": 10**400}, {"sigma": None}, {"cells": True})],
)
def test_what_is_no_event_is_a_value_error(value) -> None:
    with pytest.raises(ValueError, match="Expected"):
        events.from_json(value)


def test_only_events_are_written() -> None:
    with pytest.raises(ValueError, match="event"):
        events.to_json(Composed(("not an event",)))


@pytest.mark.parametrize(
    "wrong", [{"queries": 0}, {"cells": -1}, {"sensitivity": 0.0}, {"sigma": float("nan")}, {"queries": True}]
)
def test_impossible_events_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match="Expected"):
        queries(**wrong)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (_validate.finite, 1.0, float("inf")),
        (_validate.positive, 1e-300, 0.0),
        (_validate.non_negative, 0.0, -1.0),
        (lambda **v: _validate.in_range(0, 1, **v), 1.0, 1.1),
        (lambda **v: _validate.one_of(("a", "b"), **v), "a", "c"),
    ],
)
def test_argument_checks_name_argument_and_value(check, good, bad) -> None:
    check(x=good)
    with pytest.raises(ValueError, match=rf"x={bad!r}"):
        check(x=bad)
