"""What an evaluation of relations and time gives: frozen numbers."""

from __future__ import annotations

from dataclasses import dataclass

from dpsynth.utility.relations.measures import Floats, Subject
from dpsynth.utility.relations.two_sample import Feature


@dataclass(frozen=True)
class Shown:
    """What synthetic people say.

    Attributes:
        subject: what was measured.
        number: see `measures.Measure`; NaN where it is not defined.
        profile: all of it; NaN where it is not defined.
    """

    subject: Subject
    number: float
    profile: Floats


@dataclass(frozen=True)
class Estimate:
    """A number with a 95 % interval, value -+ 1.96 standard deviations over draws; NaN where it is not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Beside:
    """A measure of real and of synthetic people.

    Attributes:
        subject: what was measured.
        real, held, synthetic: its number for training people, held-out people and synthetic ones; intervals from
            bootstrap samples of people.
        profile: of the training people.
        spread: standard deviation of each of its cells, from the same samples.
        made: profile of the synthetic people.
        cases: people or rows of the training people that each cell of the profile is a share of; one number for all, or
            one for each.
        apart: distance of synthetic from training people, in groups of equal size.
        usual: distance of other real people from training people, in groups of the same size.
        people: size of these groups; 0 where there are too few people.
    """

    subject: Subject
    real: Estimate
    held: Estimate
    synthetic: Estimate
    profile: Floats
    spread: Floats
    made: Floats
    cases: Floats
    apart: Estimate
    usual: Estimate
    people: int


@dataclass(frozen=True)
class MeanDistance:
    """A mean over the pairs of one kind and table.

    Attributes:
        subject: kind, table, and what counts equally.
        pairs: how many.
        apart, usual: see `Beside`.
    """

    subject: Subject
    pairs: int
    apart: Estimate
    usual: Estimate


@dataclass(frozen=True)
class Classifier:
    """A classifier's success in telling people apart by what all their rows say; see `two_sample`.

    Attributes:
        synthetic: synthetic from training people, area under the curve.
        real: other real people from training people.
        people: on each side; 0 where there are too few.
        telling: features that alone tell synthetic people best, each with its area under the curve.
    """

    synthetic: Estimate
    real: Estimate
    people: int
    telling: tuple[tuple[Feature, float], ...]


@dataclass(frozen=True)
class Comparison:
    """Synthetic beside real people.

    Attributes:
        sizes: people who were looked at: train, held out, synthetic.
        measures: one by one.
        mean_distances: for each kind of pair and table, over its pairs.
        classifier: all at once.
    """

    sizes: tuple[int, int, int]
    measures: tuple[Beside, ...]
    mean_distances: tuple[MeanDistance, ...]
    classifier: Classifier
