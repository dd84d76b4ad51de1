"""How numbers are written: English digits, honest rounding.

What protects less is rounded up, what is left is rounded down, and nothing that is not zero is written as zero.
"""

from __future__ import annotations

import math
from typing import Any

_SLACK = 1e-9
"""Relative error of floating-point arithmetic that must not show as a whole step in the last digit."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def count(n: float) -> str:
    """A whole number: 18,100."""
    return f"{round(n):,}"


def fixed(x: float, digits: int) -> str:
    """A number with a fixed number of digits; a proper minus sign."""
    text = f"{x:,.{digits}f}"
    return text.removeprefix("-") if not float(text.replace(",", "")) else text.replace("-", "−")


def up(x: float, digits: int = 2) -> str:
    """Rounded up: for epsilon and everything that is a loss."""
    scale = 10**digits
    return fixed(math.ceil(x * scale * (1 - _SLACK)) / scale, digits)


def down(x: float, digits: int = 2) -> str:
    """Rounded down: for what is left."""
    scale = 10**digits
    floored = math.floor(x * scale * (1 + _SLACK)) / scale
    return f"under {fixed(1 / scale, digits)}" if floored == 0 < x else fixed(floored, digits)


def percent(share: float, digits: int = 1) -> str:
    """A share in percent, never 0 or 100 unless it is."""
    step = 10.0**-digits
    if 0 < share * 100 < step:
        return f"under {fixed(step, digits)}%"
    if 100 - step < share * 100 < 100:
        return f"over {fixed(100 - step, digits)}%"
    return f"{fixed(100 * share, digits)}%"


def low(x: float, digits: int) -> str:
    """The lower end of an interval: rounded down, without `under`."""
    scale = 10**digits
    return fixed(math.floor(x * scale + _SLACK) / scale, digits)


def percent_high(share: float, digits: int = 1) -> str:
    """A share that may not be flattered by looking small: rounded up."""
    return f"{up(100 * share, digits)}%"


def percent_low(share: float, digits: int = 1) -> str:
    """The lower end of an interval of a share: rounded down."""
    return f"{low(100 * share, digits)}%"


def percent_up(share: float) -> str:
    """A used-up share: whole percent, rounded up."""
    return f"{math.ceil(100 * share * (1 - _SLACK))}%"


def percent_down(share: float) -> str:
    """A remaining share: whole percent, rounded down."""
    whole = math.floor(100 * share * (1 + _SLACK))
    return "under 1%" if whole == 0 < share else f"{whole}%"


def digits_of_noise(sd: float) -> int:
    """Decimals that show two digits of a standard deviation."""
    return max(0, 1 - math.floor(math.log10(sd))) if sd > 0 else 1


def noise(sd: float) -> str:
    """A standard deviation with two digits, or all digits before the point."""
    rounded = float(f"{sd:.1e}") if sd < 10 else round(sd)
    return fixed(rounded, digits_of_noise(rounded))


def with_noise(x: float, sd: float) -> tuple[str, str]:
    """A value and the noise in it, with the same decimals."""
    return fixed(x, digits_of_noise(float(f"{sd:.1e}"))), noise(sd)


def small(x: float) -> str:
    """A small number as a power of ten, rounded up in its second digit: 1 × 10⁻⁶."""
    if x == 0:
        return "0"
    if x >= 0.001:
        return up(x, 3).rstrip("0").rstrip(".")
    power = math.floor(math.log10(x) + 1e-12)
    mantissa = math.ceil(x / 10**power * 10 * (1 - _SLACK)) / 10
    if mantissa >= 10:
        power, mantissa = power + 1, 1.0
    head = "" if mantissa == 1 else f"{mantissa:g} × "
    return f"{head}10{str(power).translate(_RAISED)}"


def plain(value: Any) -> str:
    """A policy value as a reader wrote it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def digest(text: str, groups: int = 4) -> str:
    """The start of a digest in groups of four."""
    bare = text.split(":")[-1]
    return " ".join(bare[i : i + 4] for i in range(0, min(len(bare), 4 * groups), 4))
