"""Conditions on synthetic rows, `column=level`, as somebody types them.

Columns and levels are the policy's, so an error may name them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth.domain.attribute import Attribute, Grid
from dpsynth.domain.domain import Domain
from dpsynth.errors import UsageError
from dpsynth.policy import bins

NAMED = 20
"""Columns or levels that an error names."""


def evidence(domain: Domain, given: Sequence[str]) -> dict[str, int]:
    """Codes for conditions.

    Args:
        domain: the public domain.
        given: `column=level` each, or several of them with commas between. A level is written as in the domain; for
            numbers and days a value will do, which stands for the level that holds it.

    Raises:
        UsageError: there is no such column or level, or a column comes twice.
    """
    codes: dict[str, int] = {}
    for condition in (part for text in given for part in _parts(domain, text)):
        # A name or a level may hold "=" itself: the longest name that fits is meant.
        fitting = [name for name in domain.names if condition.startswith(f"{name}=")]
        if not fitting:
            raise UsageError(
                f"--given is {condition!r}; allowed is COLUMN=LEVEL with the columns {_some(domain.names)}."
            )
        name = max(fitting, key=len)
        if name in codes:
            raise UsageError(f"--given names the column {name!r} twice. Give each column one level.")
        codes[name] = _code(domain[name], condition[len(name) + 1 :])
    return codes


def written(given: Mapping[str, Any]) -> list[str]:
    """Conditions as text, from column -> level or value as programs hold them."""
    return [f"{name}={_text(value)}" for name, value in given.items()]


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)


def _parts(domain: Domain, text: str) -> list[str]:
    """Conditions between commas. A level may hold commas: one separates only where a column and = follow.

    A text that is one condition as a whole stays one.
    """
    for name in domain.names:
        if text.startswith(f"{name}=") and text[len(name) + 1 :] in domain[name].code_of:
            return [text]
    names = "|".join(re.escape(name) for name in sorted(domain.names, key=len, reverse=True))
    return re.split(rf",\s*(?=(?:{names})=)", text)


def _code(attribute: Attribute, level: str) -> int:
    if level in attribute.code_of:
        return attribute.code_of[level]
    if isinstance(attribute, Grid) and level not in attribute.absent_texts:
        value = _value(attribute, level)
        if value is not None and attribute.cuts[0] <= value <= attribute.cuts[-1]:
            days = attribute.form is not None
            cell = pa.array([int(value)], pa.date32()) if days else pa.array([value], pa.float64())
            return int(attribute.encode(cell)[0])
    also = f", or a value from {_shown(attribute, 0)} to {_shown(attribute, -1)}" if isinstance(attribute, Grid) else ""
    raise UsageError(
        f"--given {attribute.name}={level}: there is no such level; allowed are {_some(attribute.levels)}{also}."
    )


def _value(attribute: Grid, text: str) -> float | None:
    """A number, or days since 1970 of an ISO date."""
    with suppress(ValueError):
        if attribute.form is not None:
            return float((dt.date.fromisoformat(text) - bins.EPOCH).days)
        number = float(text)
        return number if math.isfinite(number) else None
    return None


def _shown(attribute: Grid, end: int) -> str:
    bound = attribute.cuts[end]
    return f"{bound:g}" if attribute.form is None else (bins.EPOCH + dt.timedelta(days=int(bound))).isoformat()


def _some(names: Iterable[str]) -> str:
    names = [repr(name) for name in names]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
