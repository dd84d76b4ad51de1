"""Sums of clipped gradients of a critic: the part of training that sees real rows.

One backward pass. The gradient of one row with respect to the weights of a layer is the outer product of what came in,
a, and what came back, g. Its squared norm is |a|^2 |g|^2, with the biases |g|^2 (|a|^2 + 1); summed over layers this is
the norm of the row's whole gradient, which is never formed. The clipped sum is one product of matrices, with each row's
g scaled (Goodfellow (2015), arXiv:1510.01799; Bu et al. (2023), arXiv:2210.00038). The first layer's inputs are
one-hot, so its product is a sum of one row of weights a column, and |a|^2 is the number of columns.

What rounding can do. Rows stand at random places of tables of one shape (`randomness.places`), so that a person more or
less changes nothing in what is computed for all others, which are separate rows of the same products. Norms and sums
are computed in 64 bits: adding up n contributions of at most C rounds by at most n^2 2^-53 C, which is below 10^-6 C
for tables of 2^16 places. Rounding the sum to the grid moves it by less than 5 10^-5 C. So contributions are clipped to
C (1 - 10^-4), and whole sums of neighbours differ by at most C. This counts rounding of sums, not every operation of a
processor: it is a margin and no proof.
"""

from __future__ import annotations

import torch
from torch.nn.functional import embedding_bag, leaky_relu

from dpsynth.privacy.critic import SLOPE, Critic, Tensor
from dpsynth.privacy.randomness import GRID_BITS

SLACK = 1e-4
"""Share of the clip that is left to rounding."""


def clipped_sum(critic: Critic, inputs: Tensor, taken: Tensor, clip: float, label: float = 1.0) -> Tensor:
    """The sum of clipped gradients of the loss of rows. No row moves it by more than the clip.

    Args:
        critic: the critic.
        inputs: for each place and column the number of its level among all levels, shape (places, columns), int64, on
            the device of the parameters. An empty place holds any.
        taken: places that a row takes, shape (places,).
        clip: largest norm of one row's contribution.
        label: y of the loss of a score s, linear -y s or logistic log(1 + e^(-y s)): 1 for real rows, -1 for others.

    Returns:
        Shape (P,), float64; of norm at most clip (1 - SLACK) times the number of rows.
    """
    with torch.no_grad():
        entering, returning = _passes(critic, inputs, label)
    squares = torch.zeros(len(inputs), dtype=torch.float64, device=inputs.device)
    for a, g in zip(entering, returning, strict=True):
        length = inputs.shape[1] if a is None else a.double().square().sum(1)
        squares += g.double().square().sum(1) * (length + 1)
    # A norm is finite only if everything in it is, so that these places hold no number to be feared.
    counted = taken & torch.isfinite(squares)
    limit = clip * (1 - SLACK)
    scale = torch.where(counted, limit / squares.sqrt().clamp(min=limit), 0.0)[:, None]
    parts = []
    for a, g in zip(entering, returning, strict=True):
        scaled = torch.where(counted[:, None], g, 0.0).double() * scale
        if a is None:
            weights = torch.zeros(critic.widths[0], critic.widths[1], dtype=torch.float64, device=inputs.device)
            for column in inputs.T:
                weights.index_add_(0, column, scaled)
        else:
            weights = torch.where(counted[:, None], a, 0.0).double().T @ scaled
        parts += [weights.reshape(-1), scaled.sum(0)]
    return torch.cat(parts)


def _passes(critic: Critic, inputs: Tensor, label: float) -> tuple[list[Tensor | None], list[Tensor]]:
    """What comes into each layer (None: the one-hot codes), and what comes back to its output, row by row."""
    (first, bias), *others = critic.layers
    entering: list[Tensor | None] = [None]
    before = embedding_bag(inputs, first, mode="sum") + bias
    values = [before]
    for weights, bias in others:
        entering.append(leaky_relu(values[-1], SLOPE))
        values.append(entering[-1] @ weights + bias)
    score = values[-1]
    pull = torch.ones_like(score) if critic.loss == "linear" else torch.sigmoid(-label * score)
    back = -label * pull
    returning = [back]
    for (weights, _), value in zip(reversed(others), reversed(values[:-1]), strict=True):
        back = back @ weights.T
        back = torch.where(value > 0, back, back * SLOPE)
        returning.append(back)
    return entering, returning[::-1]


def rounded(total: Tensor, clip: float) -> Tensor:
    """A sum as whole numbers of the grid, float64; exact, because no sum comes near 2^53 of them."""
    return torch.round(total / clip * 2.0**GRID_BITS)


def in_numbers(grid: Tensor, clip: float, like: Tensor) -> Tensor:
    """Whole numbers of the grid as a gradient, in the type and on the device of `like`: post-processing."""
    return (grid * (clip * 2.0**-GRID_BITS)).to(like)
