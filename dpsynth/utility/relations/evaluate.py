"""All measures of synthetic people alone, and of synthetic people beside real ones.

Beside real people every measure has a baseline: how far other real people are from them. Both comparisons are of groups
of the same size, drawn anew each time: so many training people against so many synthetic ones, and against so many
other real people, held-out ones among them. What both show is sampling; what only the first shows is the synthesizer.
All of it looks at real rows without protection.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dpsynth.data.family import BoundedFamily, FamilyUnits
from dpsynth.domain.family import Family
from dpsynth.policy.tables import Table
from dpsynth.utility.relations import cohort, numbers_of_rows, order, survival, ties, two_sample, within_person
from dpsynth.utility.relations.measures import PAIRS, Floats, Measure, Profile, Subject
from dpsynth.utility.relations.results import Beside, Classifier, Comparison, Estimate, MeanDistance, Shown
from dpsynth.utility.relations.series import series

MOST_PEOPLE = 10_000
"""People of each group who are looked at, drawn at random from more."""
DRAWS = 25
"""Bootstrap samples, and comparisons of groups of equal size."""
FEWEST = 20
"""People of each side of a comparison below which nothing is computed."""
NORMAL = 1.959964
"""Standard deviations of half a 95 % interval."""
TELLING = 6
"""Features that are named as telling people apart."""


def measures(family: Family, tables: Mapping[str, Table]) -> tuple[Measure, ...]:
    """Everything that the policy lets be measured."""
    found: list[Measure] = []
    for rows in family.rows:
        found.append(numbers_of_rows.rows_of_people(rows))
        if rows.parent is not None:
            found.append(numbers_of_rows.rows_of_parents(family, rows))
    for one in series(family):
        found.append(within_person.alike(one))
        if one.rows.table.order_by is not None:
            found += [order.lag(one, back) for back in (1, 2)]
    for rows in family.rows:
        if rows.gaps is not None:
            found += [order.gaps(rows), *order.transitions(rows)]
    return (*found, *survival.times(family, tables), *ties.ties(family))


def describe(synthetic: FamilyUnits, family: Family, tables: Mapping[str, Table]) -> tuple[Shown, ...]:
    """What synthetic people alone say; pairs are left out, which mean little without real ones beside them."""
    found = []
    for measure in measures(family, tables):
        if measure.subject.kind not in PAIRS:
            profile = measure.prepare(synthetic)(np.ones(synthetic.size))
            found.append(Shown(measure.subject, measure.number(profile), profile))
    return tuple(found)


def compare(
    source: BoundedFamily,
    synthetic: FamilyUnits,
    family: Family,
    tables: Mapping[str, Table],
    rng: np.random.Generator,
) -> Comparison:
    """Synthetic beside real people. Total: nobody, one person, tables without rows give numbers that are NaN.

    Args:
        source: real people.
        synthetic: the views of synthetic ones.
        family: all views.
        tables: of the policy.
        rng: public randomness.
    """
    train = cohort.some(source.train, MOST_PEOPLE, rng)
    held = cohort.some(cohort.together(source.reference, source.control), MOST_PEOPLE, rng)
    made = cohort.some(synthetic, MOST_PEOPLE, rng)
    groups = _Groups(train, held, made, rng)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = [groups.beside(measure) for measure in measures(family, tables)]
        told = _classified(groups, family, int(rng.integers(2**31)))
    means = _means(found)
    return Comparison((train.size, held.size, made.size), tuple(b for b, _, _ in found), means, told)


class _Groups:
    """Three groups of people, and the draws that all measures share."""

    def __init__(self, train: FamilyUnits, held: FamilyUnits, made: FamilyUnits, rng: np.random.Generator) -> None:
        self.train, self.held, self.made = train, held, made
        self.real = cohort.together(train, held)
        size = min(train.size // 2, made.size)
        self.size = size if size >= FEWEST else 0
        self.samples = [[_resampled(g.size, rng) for _ in range(DRAWS)] for g in (train, held, made)]
        self.draws = [self._draw(rng) for _ in range(DRAWS)] if self.size else []

    def _draw(self, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
        """Weights of training people (among all real ones), of as many other real people, and of synthetic ones."""
        one, other = np.zeros(self.real.size), np.zeros(self.real.size)
        one[rng.permutation(self.train.size)[: self.size]] = 1
        rest = np.flatnonzero(one == 0)
        other[rng.choice(rest, self.size, replace=False)] = 1
        made = np.zeros(self.made.size)
        made[rng.permutation(self.made.size)[: self.size]] = 1
        return one, other, made

    def beside(self, measure: Measure) -> tuple[Beside, Floats, Floats]:
        """A measure of all groups; also its distances from synthetic and from real people, draw by draw."""
        real, made = measure.prepare(self.real), measure.prepare(self.made)
        train, held = (_part(real, self.real.size, *span) for span in self._spans())
        profile = train(np.ones(self.train.size))
        again = np.array([train(w) for w in self.samples[0]])
        apart, usual = np.full(len(self.draws), np.nan), np.full(len(self.draws), np.nan)
        for i, (one, other, drawn) in enumerate(self.draws):
            mine = real(one)
            apart[i], usual[i] = measure.apart(mine, made(drawn)), measure.apart(mine, real(other))
        found = Beside(
            measure.subject,
            _around(measure.number(profile), np.array([measure.number(p) for p in again])),
            _numbered(measure, held, self.held.size, self.samples[1]),
            _numbered(measure, made, self.made.size, self.samples[2]),
            profile,
            again.std(axis=0, ddof=1) if len(again) else np.full(profile.shape, np.nan),
            made(np.ones(self.made.size)),
            measure.cases(self.train),
            _over(apart),
            _over(usual),
            self.size,
        )
        return found, apart, usual

    def _spans(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (0, self.train.size), (self.train.size, self.real.size)


def _part(profile: Profile, size: int, start: int, stop: int) -> Profile:
    """The profile of some of the people of a group, by their own weights."""

    def of(weights: Floats) -> Floats:
        everybody = np.zeros(size)
        everybody[start:stop] = weights
        return profile(everybody)

    return of


def _numbered(measure: Measure, profile: Profile, size: int, samples: list[Floats]) -> Estimate:
    return _around(measure.number(profile(np.ones(size))), np.array([measure.number(profile(w)) for w in samples]))


def _resampled(size: int, rng: np.random.Generator) -> Floats:
    """How often each of the people is in a bootstrap sample."""
    return np.bincount(rng.integers(0, max(1, size), size), minlength=size).astype(np.float64)


def _around(value: float, draws: Floats) -> Estimate:
    """A value with the spread of its bootstrap samples."""
    known = draws[~np.isnan(draws)]
    if np.isnan(value) or len(known) < 2:
        return Estimate(value, float("nan"), float("nan"))
    half = NORMAL * float(known.std(ddof=1))
    return Estimate(value, value - half, value + half)


def _over(draws: Floats) -> Estimate:
    """The mean of draws, and where 95 % of such draws lie."""
    known = draws[~np.isnan(draws)]
    if len(known) < 2:
        return Estimate(float("nan"), float("nan"), float("nan"))
    mean, half = float(known.mean()), NORMAL * float(known.std(ddof=1))
    return Estimate(mean, max(0.0, mean - half), mean + half)


def _means(found: list[tuple[Beside, Floats, Floats]]) -> tuple[MeanDistance, ...]:
    """Mean distances over the pairs of one kind and table."""
    groups: dict[Subject, list[tuple[Floats, Floats]]] = {}
    for beside, apart, usual in found:
        of = beside.subject
        if of.kind in PAIRS:
            groups.setdefault(Subject(of.kind, of.table, (), (), of.detail), []).append((apart, usual))
    means = []
    for subject, pairs in groups.items():
        apart, usual = (_mean_known(np.array(side)) for side in zip(*pairs, strict=True))
        means.append(MeanDistance(subject, len(pairs), _over(apart), _over(usual)))
    return tuple(means)


def _mean_known(draws: Floats) -> Floats:
    """The mean over pairs of each draw, of those that are defined; shape (pairs, draws) -> (draws,)."""
    known = ~np.isnan(draws)
    total, number = np.where(known, draws, 0.0).sum(axis=0), known.sum(axis=0)
    return np.asarray(np.divide(total, number, out=np.full(draws.shape[1], np.nan), where=number > 0))


def _classified(groups: _Groups, family: Family, seed: int) -> Classifier:
    """The classifier on as many people as the first draw has, at most `two_sample.MOST`."""
    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    if not groups.size:
        return Classifier(nothing, nothing, 0, ())
    names, real = two_sample.features(family, groups.real)
    _, made = two_sample.features(family, groups.made)
    rng = np.random.default_rng(seed)
    one, other, drawn = (rng.permutation(np.flatnonzero(w))[: two_sample.MOST] for w in groups.draws[0])
    apart = two_sample.told_apart(real[one], made[drawn], seed)
    usual = two_sample.told_apart(real[one], real[other], seed)
    telling = two_sample.telling(names, real[one], made[drawn], TELLING)
    return Classifier(_told(apart), _told(usual), apart.people, telling)


def _told(told: two_sample.Told) -> Estimate:
    return Estimate(told.auc, max(0.0, told.auc - NORMAL * told.sd), min(1.0, told.auc + NORMAL * told.sd))
