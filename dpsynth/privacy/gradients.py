"""Sums of clipped gradients of a critic: the part of training that sees real rows.

One backward pass. The gradient of one row with respect to the weights of a layer is the outer product of what came in,
a, and what came back, g. Its squared norm is |a|^2 |g|^2, with the biases |g|^2 (|a|^2 + 1); summed over layers this is
the norm of the row's whole gradient, which is never formed. The clipped sum is one product of matrices, with each row's
g scaled (Goodfellow (2015), arXiv:1510.01799; Bu et al. (2023), arXiv:2210.00038). The first layer's inputs are
one-hot, so going forward it is a sum of one row of weights a column, and |a|^2 is the number of columns.

What rounding can do, in 32 bits. Rows stand at random places of tables of one shape (`randomness.places`), so that a
person more or less moves at most one other row. For all others nothing changes: they are separate rows of the same
products.

- Norms are those of the very numbers that are then multiplied. The square of a vector of w numbers is off by at most a
  share of w 2^-24, so with w <= 4096 the norm of a contribution by 0.00025 of it. Squares below 2^-126 are lost: they
  are those of less than 2^-59 in length, with something of at most `LARGEST` 2^24, which is nothing beside a clip of at
  least 2^-20.
- Contributions are added up in blocks of at most 128 rows, and blocks in 64 bits. Adding up b contributions of at most
  C, in any order, rounds by at most b^2 2^-24 C. A person more changes at most two blocks, the one that it comes into
  and that of the row that it moves: 4 (128^2 2^-24) C < 0.004 C.
- Adding up blocks and rounding to the grid move the sum by less than 0.0001 C.

So contributions are clipped to C (1 - SLACK), and whole sums of neighbours differ by at most C. This counts rounding of
sums, not every operation of a processor: it is a margin and no proof.
"""

from __future__ import annotations

import torch
from torch.nn.functional import embedding_bag, leaky_relu

from dpsynth.privacy.critic import SLOPE, Critic, Tensor
from dpsynth.privacy.randomness import GRID_BITS

SLACK = 0.0045
"""Share of the clip that is left to rounding."""
BLOCK = 128
"""Most rows whose contributions are added up in 32 bits."""
LARGEST = 2.0**24
"""Rows whose gradient or whose values in between are longer than this count as 0, as if they were not finite."""


def clipped_sum(
    critic: Critic, inputs: Tensor, taken: Tensor, clip: float, label: float = 1.0, block: int = BLOCK
) -> Tensor:
    """The sum of clipped gradients of the loss of rows. No row moves it by more than the clip.

    Args:
        critic: the critic.
        inputs: for each place and column the number of its level among all levels, shape (places, columns), int64, on
            the device of the parameters. An empty place holds any.
        taken: places that a row takes, shape (places,).
        clip: largest norm of one row's contribution.
        label: y of the loss of a score s, linear -y s or logistic log(1 + e^(-y s)): 1 for real rows, -1 for others.
        block: rows that are added up at a time; more than `BLOCK` only for rows that are no records.

    Returns:
        Shape (P,), float64; of norm at most clip (1 - SLACK) times the number of rows, but for rounding.

    Raises:
        ValueError: products of 32 bits are computed in fewer, which the margin does not count.
    """
    if torch.get_float32_matmul_precision() != "highest":
        raise ValueError("Expected torch.get_float32_matmul_precision() 'highest': sums of fewer bits round too much.")
    with torch.no_grad():
        entering, returning = _passes(critic, inputs, label)
        squares = torch.zeros(len(inputs), dtype=torch.float64, device=inputs.device)
        sound = torch.ones_like(taken)
        for a, g in zip(entering, returning, strict=True):
            out, into = _length(g), inputs.shape[1] ** 0.5 if a is None else _length(a)
            squares += (out * out) * (into * into + 1)
            sound &= (out <= LARGEST) & (into <= LARGEST)  # what is no number is neither
        limit = clip * (1 - SLACK)
        scale = torch.where(taken & sound, limit / squares.sqrt().clamp(min=limit), 0.0).to(critic.parameters)
        if not bool(sound.all()):  # 0 times what is no number is none
            for values in (*entering[1:], *returning):
                values.masked_fill_(~sound[:, None], 0.0)
        parts: list[Tensor] = []
        for a, g in zip(entering, returning, strict=True):
            parts += _products(inputs if a is None else a, g.mul_(scale[:, None]), critic.widths[0], block)
        return torch.cat(parts)


def _length(values: Tensor) -> Tensor:
    """The L2 length of each row, float64."""
    return torch.linalg.vector_norm(values, dim=1).double()


def _products(a: Tensor, g: Tensor, levels: int, block: int) -> tuple[Tensor, Tensor]:
    """The sums over rows of the outer products of a and g, and of g: blocks in their type, added up in 64 bits."""
    codes = a.dtype == torch.int64
    weights = torch.zeros(levels if codes else a.shape[1], g.shape[1], dtype=torch.float64, device=g.device)
    biases = torch.zeros(g.shape[1], dtype=torch.float64, device=g.device)
    for one, other in zip(a.split(block), g.split(block), strict=True):
        values = other.new_zeros(len(one), levels).scatter_(1, one, 1.0) if codes else one
        weights += values.T @ other
        biases += other.sum(0)
    return weights.reshape(-1), biases


def _passes(critic: Critic, inputs: Tensor, label: float) -> tuple[list[Tensor | None], list[Tensor]]:
    """What comes into each layer (None: the one-hot codes), and what comes back to its output, row by row."""
    (first, bias), *others = critic.layers
    entering: list[Tensor | None] = [None]
    values = embedding_bag(inputs, first, mode="sum").add_(bias)
    for weights, bias in others:
        entering.append(leaky_relu(values, SLOPE, inplace=True))
        values = torch.addmm(bias, entering[-1], weights)
    pull = torch.ones_like(values) if critic.loss == "linear" else torch.sigmoid(-label * values)
    returning = [-label * pull]
    for (weights, _), entered in zip(reversed(others), reversed(entering), strict=False):
        back = returning[-1] @ weights.T
        # What a leaky ReLU gave has the sign of what came in.
        returning.append(torch.ops.aten.leaky_relu_backward(back, entered, SLOPE, True))
    return entering, returning[::-1]


def rounded(total: Tensor, clip: float) -> Tensor:
    """A sum as whole numbers of the grid, float64; exact, because no sum comes near 2^53 of them."""
    return torch.round(total * (2.0**GRID_BITS / clip))


def in_numbers(grid: Tensor, clip: float, like: Tensor) -> Tensor:
    """Whole numbers of the grid as a gradient, in the type and on the device of `like`: post-processing."""
    return (grid * (clip * 2.0**-GRID_BITS)).to(like)
