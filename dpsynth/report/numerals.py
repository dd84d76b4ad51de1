"""How numbers and dates are written in each language, with honest rounding.

What protects less is rounded up, what is left is rounded down, and nothing that is not zero is written as zero.

Sources: DIN 5008 and DIN 1333 (German); Ortografía de la lengua española, RAE 2010 (Spanish); Lexique des règles
typographiques en usage à l'Imprimerie nationale (French).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

_SLACK = 1e-9
"""Relative error of floating-point arithmetic that must not show as a whole step in the last digit."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_THIN = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Numerals:
    """The writing of numbers in one language.

    Attributes:
        decimal: the decimal mark.
        group: what stands between groups of three digits.
        grouped_from: digits before the decimal mark from which on they are grouped.
        percent_sign: with the space before it, if any.
        under, over: what is written of a value that is smaller or larger than its last digit can show.
        times: the sign before a power of ten, with its spaces.
        day: a date, from `year`, `month` and `day`.
        singular: the whole numbers that take the singular.
    """

    decimal: str
    group: str
    grouped_from: int
    percent_sign: str
    under: str
    over: str
    times: str
    day: str
    singular: tuple[int, ...] = (1,)

    def count(self, n: float) -> str:
        """A whole number: 18,100."""
        return self.fixed(round(n), 0)

    def fixed(self, x: float, digits: int) -> str:
        """A number with a fixed number of digits; a proper minus sign."""
        text = f"{abs(x):.{digits}f}"
        return f"{'−' if x < 0 and float(text) else ''}{self.spelled(text)}"

    def spelled(self, text: str) -> str:
        """Digits with a decimal point as this language writes them."""
        whole, _, rest = text.partition(".")
        if whole.isdigit() and len(whole) >= self.grouped_from:
            whole = f"{int(whole):,}".replace(",", self.group)
        return f"{whole}{self.decimal}{rest}" if rest else whole

    def up(self, x: float, digits: int = 2) -> str:
        """Rounded up: for epsilon and everything that is a loss."""
        scale = 10**digits
        return self.fixed(math.ceil(x * scale * (1 - _SLACK)) / scale, digits)

    def down(self, x: float, digits: int = 2) -> str:
        """Rounded down: for what is left."""
        scale = 10**digits
        floored = math.floor(x * scale * (1 + _SLACK)) / scale
        if floored == 0 < x:
            return self.under.format(self.fixed(1 / scale, digits))
        return self.fixed(floored, digits)

    def low(self, x: float, digits: int) -> str:
        """The lower end of an interval: rounded down, without `under`."""
        scale = 10**digits
        return self.fixed(math.floor(x * scale + _SLACK) / scale, digits)

    def in_percent(self, written: str) -> str:
        """A number that is already written, with the percent sign."""
        return f"{written}{self.percent_sign}"

    def of_hundred(self, share: float, digits: int = 1) -> str:
        """A share in percent without the sign, never 0 or 100 unless it is."""
        step = 10.0**-digits
        if 0 < share * 100 < step:
            return self.under.format(self.fixed(step, digits))
        if 100 - step < share * 100 < 100:
            return self.over.format(self.fixed(100 - step, digits))
        return self.fixed(100 * share, digits)

    def percent(self, share: float, digits: int = 1) -> str:
        """A share in percent, never 0 or 100 unless it is."""
        return self.in_percent(self.of_hundred(share, digits))

    def percent_high(self, share: float, digits: int = 1) -> str:
        """A share that may not be flattered by looking small: rounded up."""
        return self.in_percent(self.up(100 * share, digits))

    def percent_low(self, share: float, digits: int = 1) -> str:
        """The lower end of an interval of a share: rounded down."""
        return self.in_percent(self.low(100 * share, digits))

    def percent_up(self, share: float) -> str:
        """A used-up share: whole percent, rounded up."""
        return self.in_percent(self.count(math.ceil(100 * share * (1 - _SLACK))))

    def percent_down(self, share: float) -> str:
        """A remaining share: whole percent, rounded down."""
        return self.in_percent(self.down(100 * share, 0))

    def noise(self, sd: float) -> str:
        """A standard deviation with two digits, or all digits before the point."""
        rounded = float(f"{sd:.1e}") if sd < 10 else round(sd)
        return self.fixed(rounded, digits_of_noise(rounded))

    def with_noise(self, x: float, sd: float) -> tuple[str, str]:
        """A value and the noise in it, with the same decimals."""
        return self.fixed(x, digits_of_noise(float(f"{sd:.1e}"))), self.noise(sd)

    def small(self, x: float) -> str:
        """A small number as a power of ten, rounded up in its second digit: 1 × 10⁻⁶."""
        if x == 0:
            return "0"
        if x >= 0.001:
            return self.up(x, 3).rstrip("0").rstrip(self.decimal)
        power = math.floor(math.log10(x) + 1e-12)
        mantissa = math.ceil(x / 10**power * 10 * (1 - _SLACK)) / 10
        if mantissa >= 10:
            power, mantissa = power + 1, 1.0
        return self._power(f"{mantissa:g}", power)

    def plain(self, value: Any) -> str:
        """A policy value as a reader wrote it."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        if isinstance(value, int):
            return self.count(value)
        mantissa, _, power = f"{abs(value):.6g}".partition("e")
        sign = "−" if value < 0 else ""
        return sign + (self._power(mantissa, int(power)) if power else self.spelled(mantissa))

    def _power(self, mantissa: str, power: int) -> str:
        head = "" if mantissa == "1" else f"{self.spelled(mantissa)}{self.times}"
        return f"{head}10{str(power).translate(_RAISED)}"

    def date(self, iso: str) -> str:
        """A day, given as ISO 8601 writes it."""
        day = dt.date.fromisoformat(iso)
        return self.day.format(year=day.year, month=day.month, day=day.day)


def digits_of_noise(sd: float) -> int:
    """Decimals that show two digits of a standard deviation."""
    return max(0, 1 - math.floor(math.log10(sd))) if sd > 0 else 1


def digest(text: str, groups: int = 4) -> str:
    """The start of a digest in groups of four."""
    bare = text.split(":")[-1]
    return " ".join(bare[i : i + 4] for i in range(0, min(len(bare), 4 * groups), 4))


NUMERALS = {
    "en": Numerals(".", ",", 4, "%", "under {}", "over {}", " × ", "{year}-{month:02}-{day:02}"),
    "de": Numerals(",", _THIN, 5, f"{_THIN}%", "unter {}", "über {}", " · ", "{day:02}.{month:02}.{year}"),
    "es": Numerals(",", _THIN, 5, f"{_THIN}%", "menos de {}", "más de {}", " × ", "{day}/{month}/{year}"),
    "fr": Numerals(
        ",", _THIN, 4, f"{_THIN}%", "moins de {}", "plus de {}", " × ", "{day:02}/{month:02}/{year}", (0, 1)
    ),
}
"""By the code of the language."""
