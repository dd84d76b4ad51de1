"""Argument checks of one line each, with one form of message: what was given, what is allowed."""

from __future__ import annotations

import math
from collections.abc import Collection


def finite(**values: float) -> None:
    """Raises ValueError unless every keyword argument is a finite number."""
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"Expected {name}={value!r} to be a finite number.")


def positive(**values: float) -> None:
    """Raises ValueError unless every keyword argument is a finite number above 0."""
    finite(**values)
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"Expected {name}={value!r} > 0.")


def non_negative(**values: float) -> None:
    """Raises ValueError unless every keyword argument is a finite number of at least 0."""
    finite(**values)
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"Expected {name}={value!r} >= 0.")


def in_range(low: float, high: float, **values: float) -> None:
    """Raises ValueError unless low <= value <= high for every keyword argument."""
    finite(**values)
    for name, value in values.items():
        if not low <= value <= high:
            raise ValueError(f"Expected {low} <= {name}={value!r} <= {high}.")


def one_of(allowed: Collection[object], **values: object) -> None:
    """Raises ValueError unless every keyword argument is among the allowed values."""
    for name, value in values.items():
        if value not in allowed:
            options = ", ".join(repr(option) for option in allowed)
            raise ValueError(f"Expected {name}={value!r} to be one of {options}.")
