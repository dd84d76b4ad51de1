"""Membership by the distance to the closest synthetic row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dpsynth.attacks import controls, gower, matches, people, power
from dpsynth.attacks.base import Control, Evidence, Remark, Retrain, Settings
from dpsynth.attacks.membership import Membership, Scores
from dpsynth.attacks.registry import register

COPIED = 500
"""People in a noisy copy."""

MEMBERS_PER_CONTROL = 4
"""Distances are computed for at most this many members per held-out person: more hardly narrows the interval."""

MOST_CONTROL = 1000
"""Distances are computed for at most this many held-out people: each is compared with every synthetic row."""


@register("dcr")
class ClosestRecord(Membership):
    """Who is in it, judged by the closest synthetic row.

    The attacker looks for each person's rows in the release and accuses those who have a very similar row there. This
    finds copies. It does not measure privacy: on a table with few levels everybody has an equal row, and a release that
    gives away its training data through counts shows nothing here. So it is never the headline.

    A person's score is minus the smallest Gower distance of the person's rows to any synthetic row, on the public
    domain. Ties count one half. The numbers of people on both sides need not be equal, because distances go to the
    release and not to the other people.

    Source: Chen et al. (2020), GAN-Leaks, CCS, arXiv:1909.03935; Yao et al. (2025), arXiv:2505.01524 (why not to
    trust it).
    """

    name = "dcr"

    def scores(self, evidence: Evidence, rng: np.random.Generator) -> Scores:
        """Minus the distance to the closest synthetic row."""
        reference = people.draw(evidence.reference, MOST_CONTROL // 2, rng)
        control = people.draw(evidence.control, MOST_CONTROL // 2, rng)
        most = MEMBERS_PER_CONTROL * max(1, reference.size + control.size)
        groups = (people.draw(evidence.members, most, rng), reference, control)
        together = people.join(*groups)
        first, _ = gower.nearest_two(evidence.domain, together.codes, evidence.synthetic)
        closest = np.ones(together.size)
        np.minimum.at(closest, together.owner, first)
        cuts = np.cumsum([g.size for g in groups])[:-1]
        return Scores(*np.split(-closest, cuts))

    def known_truths(
        self, evidence: Evidence, surrogate: Evidence, retrain: Retrain, settings: Settings, rng: np.random.Generator
    ) -> list[Control]:
        """A copy with noise in 5 % of the cells must be seen; people who were not copied must not."""
        trained, untrained = people.surrogate_parts(surrogate, COPIED, rng)
        copied = replace(evidence, members=people.draw(evidence.members, COPIED, rng))
        found = []
        cases: tuple[tuple[controls.Data, Evidence], ...] = (("real", copied), ("surrogate", trained))
        for data, case in cases:
            leak = controls.noisy_copy(case.members, rng)
            held = people.held_out(case)
            equal = held.sum(matches.near(held.codes, leak, 0).astype(float)) > 0
            expected = power.auc_of_copy(case.members, leak, float(equal.mean()) if held.size else 0.0)
            leaky = replace(case, synthetic=leak)
            found.append(self.leaking("copy_with_noise", data, leaky, expected, settings, rng))
        innocent = self.scores(replace(untrained, synthetic=leak), rng)
        found.append(self.innocent("surrogate", innocent.members, innocent.held_out, settings.confidence))
        return found

    def remark(self, evidence: Evidence, settings: Settings, rng: np.random.Generator) -> Remark:
        """What this number cannot say."""
        return Remark("dcr")
