"""The likelihood ratio of everything that a mechanism was answered: the strongest attack that there is.

A mechanism asks, is answered with Gaussian noise, and asks again, whatever it likes: it is a function of the answers
alone. So the probability of all answers is a product, one factor an answer, and the logarithm of the ratio of the two
worlds is a sum of ((y - e0)^2 - (y - e1)^2) / 2 sigma^2 over the noisy numbers y, with the exact answers e0 without the
person and e1 with the person, both under the questions that were really asked. By Neyman and Pearson (1933) no attack
on answers, model or synthetic rows does better. If the noise is what is claimed, the sum is nearly N(-+mu^2/2, mu^2)
with mu the claimed one if all of the budget was used and the person is the worst one.

Source for fixed cliques: Golob et al. (2024), arXiv:2410.05506; the general form is that of adaptive composition, Dong,
Roth and Su (2022), arXiv:1905.02383.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dpsynth.audit.exact import Exact
from dpsynth.privacy.queries import (
    EVERY_LEVEL,
    Clique,
    Each,
    Groups,
    Measurement,
    Measurer,
    Table,
    clip_for_each,
    for_each,
    size_bins,
)


class Transcript:
    """Hands on questions and answers, and adds up the evidence for the person's presence. Implements `Measurer`.

    An answer whose shape belongs to one of the worlds only is a proof, and counts infinitely. (A domain that was read
    from the data has another number of levels with the person than without.)

    Args:
        inner: who answers.
        without: exact answers without the person.
        present: exact answers with the person.
    """

    def __init__(self, inner: Measurer, without: Exact, present: Exact) -> None:
        self._inner, self._worlds = inner, (without, present)
        self.rows_per_unit = inner.rows_per_unit
        self.evidence = 0.0

    def measure(
        self, cliques: Sequence[Clique], sigma: Each, purpose: str, groups: Groups = EVERY_LEVEL,
        clip: Each | None = None,
    ) -> tuple[Measurement, ...]:  # fmt: skip
        """See `Measurer.measure`."""
        answers = self._inner.measure(cliques, sigma, purpose, groups, clip)
        for answer in answers:
            merged = {name: g for name, g in zip(answer.clique, answer.groups, strict=True) if g is not None}
            if self._fits(answer.clique, merged, answer.values.shape):
                without, present = (w.marginal(answer.clique, merged, answer.clip) for w in self._worlds)
                self._add(answer.values, without, present, answer.sigma)
        return answers

    def distances(
        self, cliques: Sequence[Clique], targets: Sequence[Table], sigma: Each, purpose: str,
        groups: Groups = EVERY_LEVEL, clip: Each | None = None,
    ) -> Table:  # fmt: skip
        """See `Measurer.distances`."""
        answers = self._inner.distances(cliques, targets, sigma, purpose, groups, clip)
        sigmas = for_each(sigma, len(cliques))
        bounds: Sequence[float | None] = [None] * len(cliques) if clip is None else clip_for_each(clip, len(cliques))
        for answer, clique, target, scale, bound in zip(answers, cliques, targets, sigmas, bounds, strict=True):
            if self._fits(clique, groups, np.shape(target)):
                without, present = (np.array(w.distance(clique, target, groups, bound)) for w in self._worlds)
                self._add(np.array(answer), without, present, scale)
        return answers

    def unit_sizes(self, upper: Sequence[int], sigma: float, purpose: str) -> Table:
        """See `Measurer.unit_sizes`."""
        answer = self._inner.unit_sizes(upper, sigma, purpose)
        ends = tuple(int(end) for end in size_bins(upper))
        without, present = (w.unit_sizes(ends) for w in self._worlds)
        self._add(answer, without, present, sigma)
        return answer

    def _fits(self, clique: Clique, groups: Groups, shape: tuple[int, ...]) -> bool:
        """Whether the answer is possible in both worlds; if it is in one only, that is a proof."""
        without, present = (w.fits(clique, groups, shape) for w in self._worlds)
        if without != present and math.isfinite(self.evidence):
            self.evidence = math.inf if present else -math.inf
        return without and present

    def _add(self, answer: Table, without: Table, present: Table, sigma: float) -> None:
        self.evidence += float(((answer - without) ** 2 - (answer - present) ** 2).sum()) / (2 * sigma**2)
