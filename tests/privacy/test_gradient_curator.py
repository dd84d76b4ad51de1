"""Is the claim true for gradients? Samples, clip, sum, noise and charge through the curator, and mutants of each."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction

import numpy as np
import pytest
import torch

from dpsynth.errors import BudgetError
from dpsynth.privacy import gradients, randomness
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.critic import Critic
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import SampledGaussian
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise
from tests.privacy.critic_checks import AUDIT, CHECKS, MUTANTS, SUM, asked, critic, curator, scores

torch.set_num_threads(1)


@pytest.mark.parametrize("name", CHECKS)
def test_what_must_hold(name) -> None:
    CHECKS[name]()


def test_the_audit_has_power() -> None:
    """An honest training gives away most of what may be, so that little more than that would be noticed."""
    without, present = scores(3)
    assert compose(AUDIT).tpr(0.5) < 0.9
    assert (present > np.median(without)).mean() > 0.7


# ----------------------------------------------------------------------------------------------------------- mutants


@contextmanager
def caught():
    with pytest.raises(AssertionError):
        yield


@pytest.mark.parametrize(
    ("name", "room", "function", "wrong", "check"), MUTANTS, ids=[f"{m[0]}-by_{m[4]}" for m in MUTANTS]
)
def test_a_mutant_is_caught(name, room, function, wrong, check, monkeypatch) -> None:
    monkeypatch.setattr(room, function, wrong)
    with caught():
        CHECKS[check]()


# -------------------------------------------------------------------------------------------------- steps and charge


def test_a_sample_without_anybody_is_a_step_like_any_other() -> None:
    source, net = curator([0, 1], 3, rate=2**-32, sigma=2.0, steps=2), critic(3, 4, 1)
    first, second = asked(source, net), asked(source, net)
    assert np.isfinite(first).all() and (first != 0).all() and (first != second).all()
    assert source.event.events == (SampledGaussian("critic", 2, 2**-32, 2.0),)


def test_steps_are_charged_one_by_one_and_refused_when_they_are_used_up() -> None:
    source, net = curator([0], 3, steps=2, granted=Fraction(100)), critic(3, 1)
    asked(source, net)
    assert [e.steps for e in source.event.events] == [1]
    source.measure([("a",)], 1.0, "one_way")  # other questions are charged apart and may come between
    asked(source, net)
    with pytest.raises(BudgetError, match=r"'critic' asks for step 3, but 2 .* Nothing was drawn") as refused:
        asked(source, net)
    assert refused.value.charged and [type(e).__name__ for e in source.event.events] == [
        "GaussianQueries",
        "SampledGaussian",
    ]


def test_a_purpose_that_was_not_reserved_is_refused() -> None:
    source = curator([0], 3, granted=Fraction(10**6))
    with pytest.raises(BudgetError, match="'other' asks for step 1, but 0"):
        source.gradient(critic(3, 1), 1.0, 8, "other")


def test_reserved_steps_are_no_budget_for_other_questions() -> None:
    source = curator([0], 3, sigma=0.5, steps=1000)
    with pytest.raises(BudgetError):
        source.measure([("a",)], 1e3, "one_way")


def test_questions_that_make_no_sense_are_not_charged() -> None:
    source = curator([0], 3)
    for net, clip, capacity in ((critic(4, 1), 1.0, 8), (critic(3, 1), 0.0, 8), (critic(3, 1), 1.0, 0)):
        with pytest.raises(ValueError, match="Expected"):
            source.gradient(net, clip, capacity, "critic")
    assert source.event.events == ()


def test_a_failed_draw_stays_charged(monkeypatch) -> None:
    source = curator([0], 3, steps=1)

    def fails(*_):
        raise RuntimeError

    monkeypatch.setattr(randomness, "gaussian", fails)
    with pytest.raises(RuntimeError):
        asked(source, critic(3, 1))
    with pytest.raises(BudgetError):
        asked(source, critic(3, 1))


def test_several_rows_of_one_person_are_refused() -> None:
    domain = tables.domain(3)
    with pytest.raises(ValueError, match="one row a unit"):
        Curator(tables.people(domain, []), domain, 2, Fraction(0), 0, NoNoise(), [AUDIT])
    with pytest.raises(ValueError, match="one reservation"):
        Curator(tables.people(domain, []), domain, 1, Fraction(0), 0, NoNoise(), [AUDIT, AUDIT])


@pytest.mark.parametrize("capacity", [1, 2, 3, 7, 64])
def test_nobody_is_cut_off_where_a_table_is_too_small(capacity) -> None:
    net = critic(5, 4, 1)
    np.testing.assert_allclose(
        asked(curator([0, 1, 2, 3, 4, 4, 2], 5), net, capacity=capacity),
        asked(curator([0, 1, 2, 3, 4, 4, 2], 5), net, capacity=512),
        atol=1e-6,
    )


def test_shapes_do_not_depend_on_how_many_are_in_the_sample(monkeypatch) -> None:
    seen = []

    def records(net, inputs, taken, clip):
        seen.append((tuple(inputs.shape), tuple(taken.shape)))
        return SUM(net, inputs, taken, clip)

    monkeypatch.setattr(gradients, "clipped_sum", records)
    for rows in ([], [0], [0, 1] * 10):
        asked(curator(rows, 3, rate=0.5), critic(3, 2, 1), capacity=32)
    assert seen == [((32, 1), (32,))] * 3


def test_what_is_answered_is_on_the_grid() -> None:
    """No low bit of a floating sum leaves: answers are whole numbers of 2^-24 clips."""
    found = curator([0, 2], 3, sigma=1.3).gradient(
        Critic((3, 2, 1), critic(3, 2, 1).parameters.double()), 0.25, 8, "critic"
    )
    grid = found.numpy() / 0.25 * 2**24
    assert (grid == np.rint(grid)).all() and len(set((grid % 2).tolist())) == 2


def test_a_person_more_changes_nothing_for_the_others() -> None:
    """A new person takes an empty place; the sum differs by what that place gives, and by the rounding of the sum: in
    64 bits next to nothing, in 32 bits in one block."""
    net = critic(6, 16, 16, 1)
    rows = np.zeros((16, 1), np.int64)
    rows[:, 0] = np.arange(16) % 6
    taken = torch.ones(16, dtype=torch.bool)
    taken[5] = False
    alone = torch.zeros(16, dtype=torch.bool)
    alone[5] = True
    inputs = torch.from_numpy(rows)
    for exact, parameters in ((1e-13, net.parameters.double()), (16 * 16 * 2**-24, net.parameters)):
        same = Critic(net.widths, parameters)
        without, one = SUM(same, inputs, taken, 1.0), SUM(same, inputs, alone, 1.0)
        both = SUM(same, inputs, taken | alone, 1.0)
        assert float((both - without - one).norm()) < exact
