"""Rounding is honest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.report.numerals import NUMERALS, digest

n = NUMERALS["en"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.0, "2.00"), (2.0 + 1e-12, "2.00"), (2.001, "2.01"), (1.999, "2.00"), (0.0, "0.00"), (1e-9, "0.01")],
)
def test_losses_are_rounded_up(value: float, shown: str) -> None:
    assert n.up(value) == shown


@pytest.mark.parametrize(
    ("share", "up", "down"),
    [
        (0.389, "39%", "38%"),
        (0.41, "41%", "41%"),
        (0.001, "1%", "under 1%"),
        (0.0, "0%", "0%"),
        (1.0, "100%", "100%"),
        (0.999, "100%", "99%"),
    ],
)
def test_used_up_and_left(share: float, up: str, down: str) -> None:
    assert n.percent_up(share) == up
    assert n.percent_down(share) == down


@given(st.floats(0, 100))
def test_rounding_never_flatters(value: float) -> None:
    assert float(n.up(value)) >= value * (1 - 1e-8)
    shown = n.down(value)
    assert shown.startswith("under") or float(shown) <= value * (1 + 1e-8) + 1e-12


def test_ends_of_intervals_are_rounded_outwards() -> None:
    assert (n.low(0.5338, 2), n.low(-0.0061, 2), n.low(0.53, 2)) == ("0.53", "−0.01", "0.53")
    assert (n.percent_low(0.0249), n.percent_high(0.0241)) == ("2.4%", "2.5%")
    assert (n.percent_low(0.0), n.percent_high(0.0)) == ("0.0%", "0.0%")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0.0%"),
        (0.0001, "under 0.1%"),
        (0.5, "50.0%"),
        (0.99999, "over 99.9%"),
        (1.0, "100.0%"),
        (-0.012, "−1.2%"),
    ],
)
def test_percent_is_never_nothing_or_everything_unless_it_is(share: float, shown: str) -> None:
    assert n.percent(share) == shown


@pytest.mark.parametrize(
    ("value", "sd", "shown"),
    [
        (2.1345, 0.1234, ("2.13", "0.12")),
        (18031.4, 44.2, ("18,031", "44")),
        (5.0, 0.0996, ("5.00", "0.10")),
        (-0.2, 0.47, ("−0.20", "0.47")),
    ],
)
def test_noise_has_two_digits_and_its_value_as_many_decimals(value: float, sd: float, shown: tuple[str, str]) -> None:
    assert n.with_noise(value, sd) == shown
    assert n.noise(343.2) == "343", "digits before the point are not rounded away"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e-6, "10⁻⁶"), (2e-7, "2 × 10⁻⁷"), (5.31e-21, "5.4 × 10⁻²¹"), (9.99e-6, "10⁻⁵"), (0.01, "0.01"), (0.0, "0")],
)
def test_small_numbers(value: float, shown: str) -> None:
    assert n.small(value) == shown


def test_digests_start_in_groups_of_four() -> None:
    assert digest("sha256:3f9a77c18be2d40951e6", 2) == "3f9a 77c1"


def test_minus_zero_is_zero() -> None:
    assert n.fixed(-0.0001, 1) == "0.0"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "18,100 | 1,000 | −0.20 | 2.5% | under 0.1% | over 99.9% | 2.5 × 10⁻⁷ | 10⁻⁶ | 0.05 | 2026-03-02"),
        ("de", "18 100 | 1000 | −0,20 | 2,5 % | unter 0,1 % | über 99,9 % | 2,5 · 10⁻⁷ | 10⁻⁶ | 0,05 | 02.03.2026"),
        ("es", "18 100 | 1000 | −0,20 | 2,5 % | menos de 0,1 % | más de 99,9 % | 2,5 × 10⁻⁷ | 10⁻⁶ | 0,05 | 2/3/2026"),
        (
            "fr",
            "18 100 | 1 000 | −0,20 | 2,5 % | moins de 0,1 % | plus de 99,9 % | 2,5 × 10⁻⁷ | 10⁻⁶ | 0,05 | 02/03/2026",
        ),
    ],
)
def test_every_language_has_its_own_writing(language: str, shown: str) -> None:
    w = NUMERALS[language]
    shares = [w.percent(0.025), w.percent(0.0001), w.percent(0.99999)]
    numbers = [w.count(18_100), w.count(1000), w.fixed(-0.2, 2), *shares, w.small(2.5e-7), w.small(1e-6)]
    written = " | ".join([*numbers, w.plain(0.05), w.date("2026-03-02")])
    assert written.replace("\N{NARROW NO-BREAK SPACE}", "\N{SPACE}") == shown
    assert "1 0" not in written.replace(" | ", "|"), "numbers are never broken over two lines"


@given(st.floats(-1e7, 1e7), st.integers(0, 4))
def test_the_digits_are_the_same_in_every_language(value: float, digits: int) -> None:
    for w in NUMERALS.values():
        text = w.fixed(value, digits).replace(w.group, "").replace(w.decimal, ".").replace("−", "-")
        assert text == n.fixed(value, digits).replace(",", "").replace("−", "-")


def test_numbers_of_the_policy_keep_their_digits() -> None:
    assert [NUMERALS["de"].plain(x) for x in (10.0, 0.0500001, 12345.5, 25000, 1.25e-5, -0.5, True, "x")] == [
        "10", "0,0500001", "12\N{NARROW NO-BREAK SPACE}345,5", "25\N{NARROW NO-BREAK SPACE}000", "1,25 · 10⁻⁵", "−0,5", "True", "x",
    ]  # fmt: skip
