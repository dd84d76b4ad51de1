"""Code systems: published codes, published mistakes, and digits computed the slow way."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth.dummy.codes.loinc import LOINC
from dpsynth.dummy.codes.pzn import PZN
from dpsynth.dummy.codes.registry import SYSTEMS, system_of

REAL = {
    "LOINC": ["4548-4", "2160-0", "2345-7", "718-7", "2093-3", "2085-9", "13457-7", "59261-8", "100000-9"],
    "PZN": ["27580899"],  # the example of the IFA
    "ATC": ["A10BA02", "A10BA", "A10B", "A10", "A", "C09AA05"],
    "ICD-10-GM": ["E11", "E11.9", "E11.90", "S51.9", "I64", "G63.2*", "E10.4+", "E10.4†", "U07.1!"],
    "OPS": ["5-010.00", "8-98f.0", "1-632.0", "5-470", "9-984.7"],
}
INVALID = {
    # Known codes with a wrong check digit, as the LOINC Users' Guide lists them.
    "LOINC": ["11491-6", "11501-6", "5895-7", "5896-5", "5897-3", "5928-1", "6028-3", "6415-5", "6580-7", "6645-7",
              "6646-5", "6647-3", "6648-1", "6649-9", "4548-5", "04548-4", "4548", "45484", "-4", "123456789-0"],
    "PZN": ["27580898", "2758089", "275808990", "PZN27580899", "2758089X"],
    "ATC": ["A10BA2", "A10BA022", "E10BA02", "a10ba02", "A1", "A10BA0", "A10b", ""],
    "ICD-10-GM": ["E1", "E119", "E11.", "E11.901", "e11.9", "E11.9 ", "\nE11", "E11\n", "11.9", "E11.9**"],
    "OPS": ["5-47", "5-010.", "5-010.000", "2-010.0", "5-01A", "5-010.0A", "5010", "5-010\n"],
}  # fmt: skip


@pytest.mark.parametrize("name", SYSTEMS)
def test_published_codes_are_valid_and_broken_ones_are_not(name: str) -> None:
    system = SYSTEMS[name]
    assert system.valid(pa.array(REAL[name])).all()
    assert not system.valid(pa.array([*INVALID[name], None, "Ünïcode", "\x00"], pa.string())).any()
    assert system.valid(pa.array([], pa.string())).shape == (0,)


@pytest.mark.parametrize("name", SYSTEMS)
def test_drawn_codes_are_valid_spread_out_and_repeatable(name: str) -> None:
    system = SYSTEMS[name]
    drawn = system.draw(20_000, np.random.default_rng(1))
    assert drawn.type == pa.string() and len(drawn) == 20_000
    assert system.valid(drawn).all()
    assert len(set(drawn.to_pylist())) > 10_000
    assert drawn.equals(system.draw(20_000, np.random.default_rng(1)))
    assert len(system.draw(0, np.random.default_rng(1))) == 0


@pytest.mark.parametrize("name", ["LOINC", "PZN"])
def test_no_other_check_digit_is_valid(name: str) -> None:
    for code in SYSTEMS[name].draw(50, np.random.default_rng(2)).to_pylist():
        variants = [code[:-1] + digit for digit in "0123456789"]
        assert [v for v, good in zip(variants, SYSTEMS[name].valid(pa.array(variants))) if good] == [code]


@given(st.integers(1, 99_999_999))
def test_loinc_check_digit_is_that_of_the_eight_steps(number: int) -> None:
    """The steps of the Users' Guide, with texts as they stand there; 12345 gives 5."""
    backwards = str(number)[::-1]
    total = sum(int(d) for d in backwards[1::2] + str(int(backwards[::2]) * 2))
    expected = -total % 10
    assert number != 12345 or expected == 5
    valid = LOINC.valid(pa.array([f"{number}-{digit}" for digit in range(10)]))
    assert valid.tolist() == [digit == expected for digit in range(10)]


@given(st.text("0123456789", min_size=7, max_size=7))
def test_pzn_check_digit_is_that_of_the_ifa(seven: str) -> None:
    rest = sum(int(digit) * weight for weight, digit in enumerate(seven, 1)) % 11
    valid = PZN.valid(pa.array([f"{seven}{digit}" for digit in range(10)]))
    assert valid.tolist() == [digit == rest for digit in range(10)]


def test_every_pzn_can_be_drawn_with_the_same_chance_after_its_first_six_digits() -> None:
    class First(np.random.Generator):
        """Draws the six digits 2, 7, 5, 8, 0, 8, whatever is asked."""

        def integers(self, low, high=None, size=None, **_):  # type: ignore[override]
            if isinstance(size, tuple):
                return np.tile([2, 7, 5, 8, 0, 8, 0], (size[0], 1))
            return super().integers(low, high, size)

    drawn = PZN.draw(45_000, First(np.random.PCG64(3))).to_pylist()
    counts = np.array([sum(code[6] == digit for code in drawn) for digit in "0123456789"])
    # 2*1 + 7*2 + 5*3 + 8*4 + 0*5 + 8*6 = 111, and 111 + 6*7 leaves 10: 2758086 is no PZN.
    allowed = [0, 1, 2, 3, 4, 5, 7, 8, 9]
    assert np.flatnonzero(counts).tolist() == allowed
    expected = len(drawn) / len(allowed)
    assert np.all(np.abs(counts[allowed] - expected) < 6 * np.sqrt(expected))


def test_names_are_found_whatever_their_case() -> None:
    assert system_of("icd-10-gm") is SYSTEMS["ICD-10-GM"] and system_of("SNOMED CT") is None
    assert all(system.source for system in SYSTEMS.values())
