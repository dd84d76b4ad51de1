"""How often each level occurs in dummy data: as declared, else all alike."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from scipy.special import ndtr

from dpsynth.domain import text
from dpsynth.domain.attribute import Attribute, Category, Grid
from dpsynth.dummy.along import Weights
from dpsynth.policy.dummy import Likeness, Normal

OTHER = 0.02
"""Share of cells outside the list where nothing is declared."""

MISSING = 0.05
"""Share of missing cells where nothing is declared."""


class ShareError(Exception):
    """What is wrong with the shares of a column; first the key, then the message."""


def missing_words(attribute: Attribute, declared: Collection[str]) -> tuple[str, ...]:
    """Texts that mean missing in this column of a text file; none if missing cells cannot be written there."""
    if not isinstance(attribute, Category):
        return tuple(declared) or ("",)
    spelled = text.canonical(declared, fold=attribute.fold)
    words = [word for word, spelling in zip(declared, spelled, strict=True) if spelling not in attribute.spellings]
    # A text that is no level is missing where nothing else takes it up.
    return tuple(words) or (("",) if attribute.fallback == attribute.missing else ())


def weights(attribute: Attribute, likeness: Likeness, *, can_miss: bool, declared: bool) -> Weights:
    """The share of each level, shape (levels,), adding up to 1.

    Args:
        attribute: the column.
        likeness: what the policy says of it.
        can_miss: whether missing cells can be written.
        declared: whether shares count; otherwise all levels are alike, as at level format.

    Raises:
        ShareError: a level is unknown, or shares leave nothing.
    """
    rates = np.ones(attribute.size)
    special = [code for code in (attribute.other, attribute.missing) if code is not None]
    rates[special] = 0.0
    if declared and likeness.shares is not None:
        rates = _declared(attribute, likeness.shares, rates)
    else:
        if declared and likeness.normal is not None:
            rates = _normal(attribute, likeness.normal)
        rates /= rates.sum()
        if attribute.other is not None:
            rates = rates * (1 - OTHER)
            rates[attribute.other] = OTHER
    if attribute.missing is not None and can_miss:
        missing = MISSING if likeness.missing is None else likeness.missing
        rates = rates * (1 - missing)
        rates[attribute.missing] = missing
    return rates


def _declared(attribute: Attribute, shares: dict[str, float], rest: Weights) -> Weights:
    rates = np.zeros(attribute.size)
    for label, share in shares.items():
        code = attribute.code_of.get(label)
        if code is None or code == attribute.missing:
            known = ", ".join(repr(level) for level in attribute.levels[:8])
            more = f" and {attribute.size - 8} more" if attribute.size > 8 else ""
            raise ShareError("shares", f"{label!r} is not a level; levels are {known}{more}. Choose one of these.")
        rates[code], rest[code] = share, 0.0
    left = max(0.0, 1.0 - rates.sum())
    if rest.any():
        rates += left * rest / rest.sum()
    if not rates.any():
        raise ShareError("shares", "no level has a share above 0. Correct them.")
    return np.asarray(rates / rates.sum())


def _normal(attribute: Attribute, law: Normal) -> Weights:
    if not isinstance(attribute, Grid) or attribute.form is not None:
        raise ShareError("normal", "a normal distribution is for columns of numbers. Use shares.")
    scale = 10.0**attribute.decimals
    ends, codes = attribute.runs
    below = ndtr(((ends - 0.5) / scale - law.mean) / law.sd)
    rates = np.bincount(codes, np.diff(below), attribute.size)
    if not rates.sum() > 0:
        raise ShareError("normal", "nothing of this distribution lies between min and max. Correct mean or sd.")
    return np.asarray(rates)
