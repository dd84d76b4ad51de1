"""Critics that are made, taken over from torch, or refused; and their scores."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.gradients import SLACK, clipped_sum
from dpsynth.synth.dpsgd.network import fresh, from_module, scores

torch.set_num_threads(1)


def test_a_module_and_its_critic_give_the_same_scores() -> None:
    module = nn.Sequential(nn.Linear(7, 5), nn.LeakyReLU(0.2), nn.Linear(5, 3), nn.LeakyReLU(0.2), nn.Linear(3, 1))
    critic, rows = from_module(module, "logistic"), torch.randn(9, 7)
    assert critic.widths == (7, 5, 3, 1) and critic.loss == "logistic" and not critic.parameters.requires_grad
    torch.testing.assert_close(scores(critic, rows), module(rows)[:, 0])
    alone = nn.Linear(7, 1)
    torch.testing.assert_close(scores(from_module(alone), rows), alone(rows)[:, 0])


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")
@pytest.mark.parametrize("clip", [0.1, 1.0, 100.0])
def test_the_clipped_sum_is_that_of_opacus(clip) -> None:
    """Another program for the same sum: it keeps the gradient of every row."""
    from opacus.grad_sample import GradSampleModule
    from opacus.optimizers import DPOptimizer

    torch.manual_seed(0)
    sizes = (5, 3, 4)
    module = nn.Sequential(nn.Linear(12, 16), nn.LeakyReLU(0.2), nn.Linear(16, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    critic = from_module(module)
    codes = torch.stack([torch.randint(0, n, (64,)) for n in sizes], dim=1) + torch.tensor([0, 5, 8])
    found = clipped_sum(critic, codes, torch.ones(64, dtype=torch.bool), clip)
    watched = GradSampleModule(module, loss_reduction="sum")
    plain = torch.optim.SGD(watched.parameters(), lr=1.0)
    limit = clip * (1 - SLACK)
    options = {"noise_multiplier": 0.0, "max_grad_norm": limit, "expected_batch_size": None, "loss_reduction": "sum"}
    optimiser = DPOptimizer(plain, **options)
    (-watched(torch.zeros(64, 12).scatter_(1, codes, 1.0))).sum().backward()
    optimiser.clip_and_accumulate()
    sums = [p.summed_grad for p in optimiser.params]
    expected = torch.cat([g.T.reshape(-1) if g.dim() == 2 else g for g in sums])
    assert expected.norm() > 0
    torch.testing.assert_close(found.float(), expected, rtol=1e-5, atol=1e-5)


def test_whoever_made_the_rows_gets_a_gradient() -> None:
    critic, rows = fresh((4, 3, 1), np.random.default_rng(0)), torch.rand(2, 4, requires_grad=True)
    scores(critic, rows).sum().backward()
    assert rows.grad is not None and (rows.grad != 0).all()


def test_fresh_critics_have_torchs_default_spread() -> None:
    critic = fresh((400, 100, 1), np.random.default_rng(0))
    (first, bias), (second, _) = critic.layers
    assert critic.parameters.dtype == torch.float32 and len(critic.parameters) == size((400, 100, 1))
    for values, inputs in ((first, 400), (bias, 400), (second, 100)):
        assert 0.8 / inputs**0.5 < values.abs().max() <= 1 / inputs**0.5
    assert torch.equal(critic.parameters, fresh((400, 100, 1), np.random.default_rng(0)).parameters)


def hooked() -> nn.Module:
    layer = nn.Linear(4, 1)
    layer.register_forward_hook(lambda *_: None)
    return layer


def buffered() -> nn.Module:
    layer = nn.Linear(4, 1)
    layer.register_buffer("mean", torch.zeros(1))
    return layer


class Pack(nn.Linear):
    """Reads several rows as one."""

    def forward(self, rows):
        return super().forward(rows.reshape(len(rows) // 2, -1))


WRONG = {
    "batch_norm": nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)),
    "batch_norm_between": nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.LeakyReLU(0.2), nn.Linear(3, 1)),
    "dropout": nn.Sequential(nn.Linear(4, 3), nn.Dropout(), nn.Linear(3, 1)),
    "layer_norm": nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.Linear(3, 1)),
    "other_slope": nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU(0.01), nn.Linear(3, 1)),
    "activation_at_the_end": nn.Sequential(nn.Linear(4, 1), nn.LeakyReLU(0.2)),
    "pack": Pack(4, 1),
    "no_bias": nn.Linear(4, 1, bias=False),
    "hook": hooked(),
    "buffer": buffered(),
    "spectral_norm": nn.utils.spectral_norm(nn.Linear(4, 1)),
    "parametrized": nn.utils.parametrizations.weight_norm(nn.Linear(4, 1)),
    "two_outputs": nn.Linear(4, 2),
    "nothing": nn.Sequential(),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_mixes_rows_or_remembers_them_is_no_critic(name) -> None:
    with pytest.raises(ValueError, match="Expected"):
        from_module(WRONG[name])


def test_a_batch_norm_would_make_rows_depend_on_each_other() -> None:
    """Why it is refused; the critics that are not refused treat each row alone."""
    rows, other = torch.rand(6, 4), torch.rand(6, 4)
    other[2] = rows[2]
    mixing = WRONG["batch_norm"]
    assert mixing(rows)[2] != mixing(other)[2]
    critic = fresh((4, 3, 1), np.random.default_rng(0))
    assert scores(critic, rows)[2] == scores(critic, other)[2]


def test_layers_are_views_of_the_parameters() -> None:
    critic = Critic((2, 2, 1), torch.arange(9.0))
    (w, b), (v, c) = critic.layers
    assert (w.tolist(), b.tolist(), v.tolist(), c.tolist()) == ([[0, 1], [2, 3]], [4, 5], [[6], [7]], [8])


def test_without_torch_everything_else_works() -> None:
    """torch comes with the extra `gpu`: only critics, their training and the sums of gradients need it."""
    code = (
        "import sys, importlib, pkgutil, dpsynth\n"
        "class Absent:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name.split('.')[0] == 'torch': raise ImportError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "for found in pkgutil.walk_packages(dpsynth.__path__, 'dpsynth.'):\n"
        "    if not found.name.startswith(tuple(sys.argv[1:])):\n"
        "        importlib.import_module(found.name)\n"
    )
    with_torch = [f"dpsynth.synth.{name}" for name in ("dpsgd.", "network.critic_loss", "network.training")]
    command = [sys.executable, "-c", code, *with_torch, "dpsynth.privacy.gradients", "dpsynth.__main__"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
