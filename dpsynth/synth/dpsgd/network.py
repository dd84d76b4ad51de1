"""Critics: made anew, taken over from torch, and their scores on rows that are no records."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch.nn.functional import leaky_relu

from dpsynth.privacy.critic import SLOPE, Critic, Loss, Tensor


def fresh(widths: tuple[int, ...], rng: np.random.Generator, loss: Loss = "linear", device: str = "cpu") -> Critic:
    """A critic with random weights in float32.

    Weights and biases are uniform within 1/sqrt(inputs), torch's own default.

    Args:
        widths: levels of all columns together, hidden layers, 1.
        rng: public randomness.
        loss: see `Critic`.
        device: where it shall live.
    """
    parts = [rng.uniform(-1, 1, a * b + b) / np.sqrt(a) for a, b in pairwise(widths)]
    return Critic(widths, torch.from_numpy(np.concatenate(parts)).float().to(device), loss)


def from_module(module: Any, loss: Loss = "linear") -> Critic:
    """A critic with the weights of a torch module.

    Only what treats each row alone and remembers none can be taken over: linear layers with leaky ReLU of slope 0.2
    between them. A batch norm makes every row's gradient depend on all others, so that clipping bounds nothing; its
    running means are sums of real rows without noise.

    Args:
        module: torch.nn.Sequential of Linear and LeakyReLU(0.2) in turn, one output.
        loss: see `Critic`.

    Raises:
        ValueError: it holds something else.
    """
    layers = list(module) if type(module) is torch.nn.Sequential else [module]
    if len(layers) % 2 == 0:
        raise ValueError(f"Expected a critic that begins and ends with a Linear layer, got {len(layers)} layers.")
    for i, layer in enumerate(layers):
        if not (type(layer) is torch.nn.LeakyReLU and layer.negative_slope == SLOPE if i % 2 else _is_plain(layer)):
            raise ValueError(
                f"Expected a critic of Linear layers with LeakyReLU({SLOPE}) between them, got "
                f"{type(layer).__name__} as layer {i + 1} of {len(layers)}. Batch norm, dropout, buffers and hooks mix "
                "rows or remember them."
            )
    linear = layers[::2]
    parameters = [torch.cat([each.weight.T.reshape(-1), each.bias]) for each in linear]
    widths = (*(each.in_features for each in linear), linear[-1].out_features)
    return Critic(widths, torch.cat(parameters).detach(), loss)


def _is_plain(layer: Any) -> bool:
    """A linear layer with biases and nothing that was hung onto it."""
    hooks = any(getattr(layer, name) for name in ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks"))
    return type(layer) is torch.nn.Linear and layer.bias is not None and not hooks and not layer._buffers


def scores(critic: Critic, rows: Tensor) -> Tensor:
    """Scores of rows that are no records, with a gradient for whoever made them.

    Args:
        critic: the critic.
        rows: for each row one number a level, shape (rows, levels): one-hot codes, or shares.

    Returns:
        Shape (rows,).
    """
    values = rows
    *hidden, (weights, bias) = critic.layers
    for hidden_weights, hidden_bias in hidden:
        values = leaky_relu(values @ hidden_weights + hidden_bias, SLOPE)
    return (values @ weights + bias)[:, 0]
