"""A classifier that tries to tell synthetic from real people by what all their rows say together.

Each person becomes one row of features: own columns, and for each table the number of rows, the number of different
levels of each column, its mean, and the share of each level of short lists (C2ST-Agg: Hudovernik, Jurkovič and
Štrumbelj, arXiv 2410.03411; the classifier two-sample test: Lopez-Paz and Oquab, ICLR 2017). The area under the
classifier's curve is .5 for people who cannot be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from dpsynth.data.family import FamilyUnits
from dpsynth.domain.attribute import Attribute
from dpsynth.domain.family import Family
from dpsynth.utility.relations.measures import Floats, Ints
from dpsynth.utility.relations.series import numbers_of

SHORT_LIST = 12
"""Lists with more levels give no share of each."""
MOST = 2000
"""People of each side."""
FOLDS = 3
_BELOW = -1e300
"""What stands for a number that a person does not have: smaller than all others."""
FEWEST = 4 * FOLDS
"""People of each side below which nothing is computed."""


@dataclass(frozen=True)
class Feature:
    """One number of a person.

    Attributes:
        of: own, rows, different, mean or share.
        column: TABLE.COLUMN, or the table for numbers of rows.
        level: whose share it is; empty otherwise.
    """

    of: str
    column: str
    level: str = ""


@dataclass(frozen=True)
class Told:
    """How well two groups of people are told apart.

    Attributes:
        auc: area under the curve of the scores of people the classifier was not trained on; NaN for too few people.
        sd: its standard error.
        people: of each side.
    """

    auc: float
    sd: float
    people: int


def features(family: Family, units: FamilyUnits) -> tuple[list[Feature], Floats]:
    """Names, and numbers of each person, shape (people, features); NaN where there are none."""
    names: list[Feature] = []
    columns: list[Floats] = []
    for i, own_attribute in enumerate(family.codec.attributes):
        code = units.people.codes[:, i]
        if own_attribute.ordered:
            names.append(Feature("own", f"{family.people}.{own_attribute.name}"))
            columns.append(numbers_of(own_attribute)[code])
        else:
            for level in _shown(own_attribute):
                names.append(Feature("own", f"{family.people}.{own_attribute.name}", own_attribute.levels[level]))
                columns.append((code == level).astype(np.float64))
    for rows in family.rows:
        own = units.rows[rows.name]
        owner, number = own.owner.astype(np.int64), own.rows_per_unit.astype(np.float64)
        names.append(Feature("rows", rows.name))
        columns.append(number)
        for attribute in rows.codec.attributes:
            name = f"{rows.name}.{attribute.name}"
            code = own.codes[:, rows.view.index(name)]
            pairs = np.unique(owner * attribute.size + code)
            names.append(Feature("different", name))
            columns.append(np.bincount(pairs // attribute.size, minlength=units.size).astype(np.float64))
            if attribute.ordered:
                names.append(Feature("mean", name))
                columns.append(_means(owner, numbers_of(attribute)[code], units.size))
            for level in () if attribute.ordered else _shown(attribute):
                names.append(Feature("share", name, attribute.levels[level]))
                found = np.bincount(owner[code == level], minlength=units.size)
                columns.append(np.divide(found, number, out=np.full(units.size, np.nan), where=number > 0))
    return names, np.stack(columns, axis=1) if columns else np.zeros((units.size, 0))


def told_apart(one: Floats, other: Floats, seed: int) -> Told:
    """The classifier's success in telling two groups of equal size apart, on people that it was not trained on.

    Args:
        one: features of the first group, shape (people, features).
        other: of the second.
        seed: of the folds and the trees; public.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    people = len(one)
    if people < FEWEST or one.shape[1] == 0:
        return Told(float("nan"), float("nan"), people)
    x, y = np.nan_to_num(np.concatenate([one, other]), nan=_BELOW), np.repeat([0, 1], people)
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=15, early_stopping=False, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    score = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    auc, sd = area(score[y == 1], score[y == 0])
    return Told(auc, sd, people)


def area(high: Floats, low: Floats) -> tuple[float, float]:
    """The chance that one of `high` is above one of `low`, ties counting half, and its standard error.

    DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44, 837-845, by ranks (Sun and Xu 2014).
    """
    m, n = len(high), len(low)
    ranks = rankdata(np.concatenate([high, low]))
    above = (ranks[:m] - rankdata(high)) / n  # of each of `high`, the share of `low` below it
    below = 1 - (ranks[m:] - rankdata(low)) / m
    variance = above.var(ddof=1) / m + below.var(ddof=1) / n if min(m, n) > 1 else float("nan")
    return float(above.mean()), float(np.sqrt(variance))


def telling(names: list[Feature], real: Floats, synthetic: Floats, most: int) -> tuple[tuple[Feature, float], ...]:
    """The features that alone tell the groups apart best, each with its area under the curve.

    Above .5: larger in synthetic people. Nothing known counts as smallest.
    """
    found = []
    for i, name in enumerate(names):
        both = [np.nan_to_num(side[:, i], nan=_BELOW) for side in (synthetic, real)]
        found.append((name, area(both[0], both[1])[0]))
    order = sorted(range(len(found)), key=lambda i: -abs(found[i][1] - 0.5))
    return tuple(found[i] for i in order[:most])


def _shown(attribute: Attribute) -> range:
    return range(attribute.size if attribute.size <= SHORT_LIST else 0)


def _means(owner: Ints, value: Floats, people: int) -> Floats:
    known = ~np.isnan(value)
    count = np.bincount(owner[known], minlength=people)
    total = np.bincount(owner[known], weights=value[known], minlength=people)
    return np.asarray(np.divide(total, count, out=np.full(people, np.nan), where=count > 0))
