"""The game about steps of training: its evidence is that of theory, and mistakes of sampling and noise are caught."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats

from dpsynth.audit import standard, steps, suite
from dpsynth.audit.game import play, trained_on
from dpsynth.audit.result import FAMILY
from dpsynth.audit.suite import Effort, audit, step_game
from dpsynth.policy.training import Synthesis
from dpsynth.privacy.critic import Critic, size
from dpsynth.privacy.gradients import SLACK, clipped_sum
from dpsynth.synth.network.gan import GAN

torch.set_num_threads(1)
RUNS = {"half_noise": 700, "twice_the_rate": 450, "fixed_seed": 60}


def test_the_evidence_is_that_of_the_dominating_pair() -> None:
    """Both worlds: the mixture of two Gaussians that the accountant composes, step by step."""
    game, rng = step_game(standard.EPSILON, 150), np.random.default_rng(3)
    event, key = game.event, trained_on(game.setting, game.case)
    for present in (False, True):
        inside = rng.random((20_000, event.steps)) < event.rate * present
        seen = inside + rng.normal(0, event.sigma, inside.shape)
        ideal = np.log1p(event.rate * np.expm1((2 * seen - 1) / (2 * event.sigma**2))).sum(1)
        assert stats.ks_2samp(game.scores(present, game.runs, key), ideal).pvalue > 1e-4


@pytest.mark.parametrize("mutant", steps.MUTANTS)
def test_every_mutant_is_rejected(mutant) -> None:
    [found] = play([step_game(standard.EPSILON, RUNS[mutant], mutant)])
    assert found.p_value <= FAMILY / len(steps.MUTANTS)


def test_gradients_are_written_out_as_the_curator_sums_them() -> None:
    rng = np.random.default_rng(5)
    inputs = np.stack([rng.integers(0, 4, 30), rng.integers(4, 9, 30)], axis=1)
    parameters = rng.normal(0, 1, size((9, steps.HIDDEN, 1)))
    written = steps._clipped(parameters, inputs, 9)
    assert np.sqrt((written**2).sum(1)) == pytest.approx(1)
    critic = Critic((9, steps.HIDDEN, 1), torch.from_numpy(parameters))
    taken = torch.from_numpy(rng.random(30) < 0.5)
    summed = clipped_sum(critic, torch.from_numpy(inputs), taken, steps.CLIP).numpy() / steps.CLIP / (1 - SLACK)
    assert written[taken.numpy()].sum(0) == pytest.approx(summed, abs=1e-9)


def test_the_person_is_found_among_the_others() -> None:
    game = step_game(standard.EPSILON, 1)
    key = trained_on(game.setting, game.case)
    (_, without), (_, present) = (game._encoded(side, key) for side in (False, True))
    place = steps._newcomer(without, present)
    assert (np.delete(present.codes, place, axis=0) == without.codes).all() and len(without.codes) > 5
    with pytest.raises(ValueError, match="Expected neighbours"):
        steps._newcomer(present, present)


def test_a_mechanism_with_samples_is_audited_by_its_steps_and_its_tables(monkeypatch) -> None:
    """No training is run: a full one would take hours a thousand times."""
    monkeypatch.setattr(suite, "_has_samples", lambda setting: True)
    found = audit([(standard.setting("mst", rows=1), standard.EPSILON)], Effort(6))
    assert [(line.mechanism, line.counts) for line in found.lines] == [
        ("critic", "gradients"),
        ("independent", "plain"),
    ]
    assert "gradients" in suite.table(found)


def test_whether_a_mechanism_trains_is_known_before_it_is_calibrated(monkeypatch) -> None:
    """Which takes seconds. One that says nothing about itself is asked for its event."""
    setting = standard.setting("independent", rows=1)
    assert not suite._has_samples(setting)
    calls = []
    monkeypatch.setattr(GAN, "calibrate", lambda *_: calls.append(1))
    assert suite._has_samples(replace(setting, synthesis=Synthesis(mechanism="gan"))) and not calls
