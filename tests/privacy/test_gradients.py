"""Clipped sums against a loop over rows with torch's own derivatives, and what no row can do to them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dpsynth.privacy.critic import SLOPE, Critic, check, size
from dpsynth.privacy.gradients import BLOCK, LARGEST, SLACK, clipped_sum

torch.set_num_threads(1)

LEVELS = np.array([3, 2, 4])
FIRST = np.cumsum([0, *LEVELS])[:-1]


def critic(*hidden: int, loss="linear", scale=1.0, dtype=torch.float64, seed=0) -> Critic:
    widths = (int(LEVELS.sum()), *hidden, 1)
    draws = np.random.default_rng(seed).normal(0, scale, size(widths))
    return Critic(widths, torch.from_numpy(draws).to(dtype), loss)


def rows(number: int, seed=1) -> torch.Tensor:
    codes = np.random.default_rng(seed).integers(0, LEVELS, (number, len(LEVELS)))
    return torch.from_numpy(codes + FIRST)


def gradient_of_one(net: Critic, row: torch.Tensor, label: float) -> torch.Tensor:
    """By torch, from the one-hot codes of one row."""
    parameters = net.parameters.clone().requires_grad_()
    value = torch.zeros(net.widths[0], dtype=parameters.dtype)
    value[row] = 1
    layers = Critic(net.widths, parameters, net.loss).layers
    for i, (weights, bias) in enumerate(layers):
        value = value @ weights + bias
        if i < len(layers) - 1:
            value = torch.where(value > 0, value, SLOPE * value)
    loss = -label * value if net.loss == "linear" else -torch.nn.functional.logsigmoid(label * value)
    (found,) = torch.autograd.grad(loss.sum(), parameters)
    return found


def by_loop(net: Critic, inputs: torch.Tensor, clip: float, label: float) -> torch.Tensor:
    total = torch.zeros(len(net.parameters), dtype=torch.float64)
    for row in inputs:
        one = gradient_of_one(net, row, label).double()
        total += one * min(1.0, clip * (1 - SLACK) / float(one.norm()))
    return total


def everyone(inputs: torch.Tensor) -> torch.Tensor:
    return torch.ones(len(inputs), dtype=torch.bool)


@pytest.mark.parametrize("hidden", [(), (5,), (6, 4), (5, 4, 3)])
@pytest.mark.parametrize("loss", ["linear", "logistic"])
@pytest.mark.parametrize("number", [0, 1, 7])
def test_the_sum_is_that_of_a_loop_over_rows(hidden, loss, number) -> None:
    net, inputs = critic(*hidden, loss=loss), rows(number)
    for label in (1.0, -1.0):
        for clip in (0.3, 2.0, 1e6):  # nearly all are clipped, some are, none is
            expected = by_loop(net, inputs, clip, label)
            torch.testing.assert_close(
                clipped_sum(net, inputs, everyone(inputs), clip, label), expected, rtol=1e-10, atol=1e-12
            )


def test_the_sum_of_many_rows_in_32_bits() -> None:
    net, inputs = critic(16, 8, dtype=torch.float32, loss="logistic"), rows(512)
    found = clipped_sum(net, inputs, everyone(inputs), 0.5)
    torch.testing.assert_close(found, by_loop(net, inputs, 0.5, 1.0), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
@pytest.mark.parametrize("clip", [1e-6, 1.0, 1e6])
def test_no_row_adds_more_than_the_clip(dtype, scale, clip) -> None:
    net = critic(7, 5, scale=scale, dtype=dtype)
    for row in rows(20):
        one = clipped_sum(net, row[None], torch.ones(1, dtype=torch.bool), clip)
        assert float(one.norm()) <= clip * (1 - SLACK) * (1 + (1e-12 if dtype is torch.float64 else 1e-6))


def test_gradients_below_the_clip_are_left_alone() -> None:
    net, inputs = critic(4), rows(1)
    whole = gradient_of_one(net, inputs[0], 1.0)
    found = clipped_sum(net, inputs, everyone(inputs), float(whole.norm()) * 1.01)
    torch.testing.assert_close(found, whole, rtol=1e-12, atol=0)
    assert float(clipped_sum(net, inputs, everyone(inputs), 0.1).norm()) == pytest.approx(0.1 * (1 - SLACK), rel=1e-12)


@pytest.mark.parametrize("others", [0, 1, 127, 128, 1000])
@pytest.mark.parametrize("scale", [0.1, 3.0])
def test_in_32_bits_a_person_more_moves_a_whole_sum_by_at_most_the_clip(others, scale) -> None:
    """Beside many who pull the same way, so that the sum is long and its rounding as large as it gets."""
    net, crowd = critic(64, 32, dtype=torch.float32, scale=scale), rows(1)[[0] * 1024]
    taken = torch.arange(1024) < others
    before = clipped_sum(net, crowd, taken, 0.7)
    for row in rows(3, seed=4):
        crowd[1023 - 17] = row
        taken[1023 - 17] = True
        assert float((clipped_sum(net, crowd, taken, 0.7) - before).norm()) <= 0.7


def test_blocks_are_added_up_in_64_bits() -> None:
    """So that a person more changes the rounding of one block only."""
    net, inputs = critic(16, 8, dtype=torch.float32), rows(3 * BLOCK + 5)
    whole = clipped_sum(net, inputs, everyone(inputs), 0.5)
    parts = [clipped_sum(net, part, everyone(part), 0.5) for part in inputs.split(BLOCK)]
    assert float((whole - sum(parts)).norm()) < 1e-12
    one_block = clipped_sum(net, inputs, everyone(inputs), 0.5, block=len(inputs))
    assert 1e-9 < float((whole - one_block).norm()) < 1e-4


def test_rows_that_are_too_long_count_as_nothing() -> None:
    net = critic(5, dtype=torch.float32, scale=1.0)
    parameters = net.parameters.clone()
    parameters[:5] = 2 * LARGEST  # what comes out of the first level of the first column
    long, struck = Critic(net.widths, parameters), rows(40)[:, 0] == 0
    assert 0 < struck.sum() < 40
    assert torch.equal(clipped_sum(long, rows(40), ~struck, 1.0), clipped_sum(long, rows(40), everyone(rows(40)), 1.0))


def test_products_of_fewer_bits_are_refused() -> None:
    before = torch.get_float32_matmul_precision()
    try:
        torch.set_float32_matmul_precision("medium")
        with pytest.raises(ValueError, match="highest"):
            clipped_sum(critic(4), rows(3), everyone(rows(3)), 1.0)
    finally:
        torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize("bad", [float("inf"), float("nan"), -float("inf"), 1e30])
@pytest.mark.parametrize("loss", ["linear", "logistic"])
def test_a_row_without_a_finite_gradient_adds_exactly_nothing(bad, loss) -> None:
    """Level 2 of the first column blows up: rows that have it count as 0, the others as if those were not there."""
    net, inputs = critic(6, 5, loss=loss, dtype=torch.float32), rows(12)
    parameters = net.parameters.clone()
    parameters[2 * 6 : 3 * 6] = bad
    if bad == 1e30:
        parameters[2 * 6 : 3 * 6] *= 1e9  # beyond 32 bits
    net = Critic(net.widths, parameters, loss)
    struck = inputs[:, 0] == 2
    assert 0 < struck.sum() < 12
    found = clipped_sum(net, inputs, everyone(inputs), 1.0)
    assert torch.isfinite(found).all()
    assert torch.equal(found, clipped_sum(net, inputs, ~struck, 1.0))
    assert (clipped_sum(net, inputs, struck, 1.0) == 0).all()


def test_a_critic_that_blew_up_answers_with_nothing() -> None:
    net = critic(4)
    lost = Critic(net.widths, torch.full_like(net.parameters, float("nan")))
    assert (clipped_sum(lost, rows(5), everyone(rows(5)), 1.0) == 0).all()


def test_empty_places_add_nothing_whatever_they_hold() -> None:
    net, inputs = critic(6), rows(9)
    taken = torch.tensor([True, False, True, True, False, False, True, False, True])
    other = inputs.clone()
    other[~taken] = rows(9, seed=5)[~taken]
    found = clipped_sum(net, inputs, taken, 1.0)
    assert torch.equal(found, clipped_sum(net, other, taken, 1.0))
    torch.testing.assert_close(found, clipped_sum(net, inputs[taken], everyone(inputs[taken]), 1.0))


def test_what_one_row_gives_does_not_depend_on_the_others() -> None:
    """To the last bit, at the same place of a table of the same shape: the sum of two halves is the whole."""
    net, inputs = critic(16, 16, dtype=torch.float32, loss="logistic"), rows(64)
    one = torch.zeros(64, dtype=torch.bool)
    one[17] = True
    alone = clipped_sum(net, inputs, one, 0.7)
    for seed in (8, 9):
        crowd = rows(64, seed)
        crowd[17] = inputs[17]
        assert torch.equal(clipped_sum(net, crowd, one, 0.7), alone)


@pytest.mark.parametrize(
    ("widths", "number", "dtype", "loss", "says"),
    [
        ((3,), 3, torch.float32, "linear", "two layers"),
        ((3, 2), 8, torch.float32, "linear", "end in 1"),
        ((0, 1), 1, torch.float32, "linear", "two layers"),
        ((3, 1), 5, torch.float32, "linear", "4 parameters"),
        ((3, 1), 4, torch.float16, "linear", "float32"),
        ((3, 1), 4, torch.float32, "hinge", "loss"),
        ((3, 4097, 1), 1, torch.float32, "linear", "4096"),
        ((1000, 600, 1), 1, torch.float32, "linear", "narrower"),
    ],
)
def test_critics_of_another_form_are_refused(widths, number, dtype, loss, says) -> None:
    with pytest.raises(ValueError, match=says):
        Critic(widths, torch.zeros(number, dtype=dtype), loss)


@pytest.mark.parametrize(
    ("levels", "clip", "capacity", "says"),
    [
        (8, 1.0, 4, "8 inputs"),
        (18, 1.0, 4, "18 inputs"),  # two rows side by side: a pack of people would be clipped as one
        (9, 0.0, 4, "clip"),
        (9, float("nan"), 4, "clip"),
        (9, float("inf"), 4, "clip"),
        (9, 2.0**-21, 4, "clip"),
        (9, 1.0, 0, "capacity"),
        (9, 1.0, 1 << 17, "capacity"),
    ],
)
def test_questions_that_make_no_sense_are_refused(levels, clip, capacity, says) -> None:
    with pytest.raises(ValueError, match=says):
        check(critic(4), levels, clip, capacity)
