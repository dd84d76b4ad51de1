"""Several tables: joined and derived like a slow version by hand; no person reaches another's rows or moves too much."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.data.family import FamilyUnits, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family, half_octaves
from dpsynth.errors import PolicyError, SourceError
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import Event
from dpsynth.privacy.noise import Sampler
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.mechanism import Measurers, calibrate
from dpsynth.testing.samplers import RoundedGaussian
from tests.policy.family import FAMILY, write

KEY = b"0123456789abcdef0123456789abcdef"
COLUMNS = {
    "patients": ("pid", "sex", "born", "entry", "died"),
    "stays": ("stay", "pid", "day", "left", "ward"),
    "labs": ("pid", "stay", "drug", "day", "code", "value"),
    "drugs": ("given", "pid", "atc"),
}
Tables = dict[str, list[tuple]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedPolicy:
    # Nobody is held out but one in a million: everybody can be looked at.
    text = FAMILY.replace("max_patients: 1000", "max_patients: 1000\n  holdout: {share: 1e-9, control: 0.5}")
    return load(write(tmp_path_factory.mktemp("family"), text))


@pytest.fixture(scope="module")
def family(loaded: LoadedPolicy) -> Family:
    return Family.from_policy(loaded)


def frames(tables: Tables) -> dict[str, FrameSource]:
    return {
        name: FrameSource(
            pa.table(
                {c: pa.array([row[i] for row in tables.get(name, [])], pa.string()) for i, c in enumerate(columns)}
            )
        )
        for name, columns in COLUMNS.items()
    }


def opened(loaded: LoadedPolicy, family: Family, tables: Tables) -> FamilyUnits:
    return open_family(loaded, family, frames(tables), KEY, lambda: None).train


def labels(units, view) -> list[tuple]:
    codes = units.codes[:, : len(view.names)].tolist()
    return [tuple(a.levels[code] for a, code in zip(view.attributes, row, strict=True)) for row in codes]


def by_person(units: FamilyUnits, family: Family) -> list[tuple]:
    """Everything that is known of each person, sorted, without saying who it is."""
    tables = {name: [[] for _ in range(units.size)] for name in units.rows}
    for name, own in units.rows.items():
        for who, row in zip(own.owner.tolist(), labels(own, family[name].view), strict=True):
            tables[name][who].append(row)
    people = labels(units.people, family.view)
    return sorted(
        (people[i], tuple((name, tuple(rows[i])) for name, rows in tables.items())) for i in range(units.size)
    )


def of(view, row) -> dict[str, str]:
    return dict(zip(view.names, row, strict=True))


def test_one_person_by_hand(loaded: LoadedPolicy, family: Family) -> None:
    tables = {
        "patients": [("7", "f", "1950-03-01", "2020-01-01", "2021-01-01")],
        "stays": [
            ("s2", "7", "2020-03-01", "2020-03-02", "b"),
            ("s1", "7", "2020-01-11", "2020-01-11", "a"),
        ],
        "labs": [
            ("7", "s1", "d2", "2020-01-12", "hba1c", "30"),
            ("7", "s2", "d9", "2020-03-05", "hba1c", "60"),
            ("7", "s2", None, "2020-03-01", "ldl", "90"),
        ],
        "drugs": [("d1", "7", "A10BA02"), ("d2", "7", "nonsense")],
    }
    units = opened(loaded, family, tables)
    person = of(family.view, labels(units.people, family.view)[0])
    assert person["patients.sex"] == "f" and person["patients.died"] == "365 to 729"
    assert person["stays:rows"] == "2" and person["stays:first"] == "8 to 11"
    assert person["labs:rows"] == "3" and person["labs:mean(value)"] == "50.0 to 74.9"  # 37.5, 62.5 and 87.5
    assert person["labs:mode(code)"] == "hba1c" and person["labs:ever(code: hba1c)"] == "yes"
    assert person["drugs:rows"] == "2"
    stays = [of(family["stays"].view, row) for row in labels(units.rows["stays"], family["stays"].view)]
    assert [s["stays.ward"] for s in stays] == ["a", "b"]
    assert [s["stays:gap"] for s in stays] == ["first", "48 to 63"] and stays[1]["stays.left"] == "1 to 6"
    assert [s["stays:rows of labs"] for s in stays] == ["1", "2"]
    assert [s["patients.sex"] for s in stays] == ["f", "f"]
    labs = [of(family["labs"].view, row) for row in labels(units.rows["labs"], family["labs"].view)]
    assert [x["labs.code"] for x in labs] == ["hba1c", "ldl", "hba1c"]
    assert [x["labs:link drug"] for x in labs] == ["some", "none", "none"]  # d9 is no row of this person
    assert [x["labs:gap"] for x in labs] == ["1", "0", "4 to 5"]  # since the stay, since the stay, since the row before
    assert [x["labs:previous(code)"] for x in labs] == ["none", "hba1c", "ldl"]
    assert [x["labs:previous(value, same code)"] for x in labs] == ["none", "none", "25.0 to 49.9"]
    assert [x["stays.ward"] for x in labs] == ["a", "b", "b"] and "patients.sex" not in labs[0]
    drugs = [of(family["drugs"].view, row) for row in labels(units.rows["drugs"], family["drugs"].view)]
    assert sorted(d["drugs.atc"] for d in drugs) == ["A10BA02", "missing"]  # in no order that means anything


DAYS = [f"{2019 + i // 400}-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(0, 1600, 61)]
CELLS = {
    "sex": ["f", "m", "x", None],
    "born": ["1950-01-01", "", "soon"],
    "date": [*DAYS, None, "31.12.2020", "0000-00-00"],
    "ward": ["a", "b", "z", None],
    "code": ["hba1c", "ldl", "crp", "?"],
    "value": ["1", "30", "99", "many", None],
    "atc": ["A10BA02", "C09AA05", "none"],
    "key": ["k1", "k2", "k3", None, ""],
}


def a_person(draw: random.Random, pid: str | None, most: int) -> Tables:
    """Rows of one person: none, two where one belongs, keys that others have too, parents that are not there."""
    pick = lambda kind: draw.choice(CELLS[kind])  # noqa: E731
    number = lambda: draw.choice([0, 1, 2, most])  # noqa: E731
    return {
        "patients": [
            (pid, pick("sex"), pick("born"), pick("date"), pick("date")) for _ in range(draw.choice([0, 1, 1, 2]))
        ],
        "stays": [(pick("key"), pid, pick("date"), pick("date"), pick("ward")) for _ in range(number())],
        "labs": [(pid, pick("key"), pick("key"), pick("date"), pick("code"), pick("value")) for _ in range(number())],
        "drugs": [(pick("key"), pid, pick("atc")) for _ in range(number())],
    }


def together(crowd: list[Tables]) -> Tables:
    return {name: [row for person in crowd for row in person[name]] for name in COLUMNS}


class Asked(Curator):
    """A curator that keeps questions, exact answers, and how far each question says that one person may move it."""

    def __init__(self, units: Units, view: Domain, most: int, event: Event, sampler: Sampler) -> None:
        granted = sum((leaf.mu_squared for leaf in events.flatten(event)), Fraction(0))
        super().__init__(units, view, most, granted, events.cells(event), sampler)
        self.questions: list[tuple] = []
        self.exact: list[tuple[list[int], float]] = []

    def measure(self, *asked, **named):
        return self._kept("measure", asked, named)

    def distances(self, *asked, **named):
        return self._kept("distances", asked, named)

    def unit_sizes(self, *asked, **named):
        return self._kept("unit_sizes", asked, named)

    def _kept(self, name: str, asked: tuple, named: dict):
        self.questions.append((name, asked, named))
        return getattr(Curator, name)(self, *asked, **named)

    def _noisy(self, exact, sigmas):
        self.exact += [(np.ravel(x).tolist(), self._spent[-1].sensitivity) for x in exact]
        return super()._noisy(exact, sigmas)


def by_row(units: Units) -> Units:
    """The mistake: every row is taken for a person of its own."""
    return Units(units.codes, np.arange(units.rows), units.rows)


def furthest(
    loaded, family: Family, before: FamilyUnits, after: FamilyUnits, seed: int, mistake=lambda x: x
) -> Fraction:
    """The largest square of an L2 distance of exact answers, in units of what the question declares, exactly.

    What a release asks about everybody is asked again, word for word, without one of them.
    """
    mechanism = calibrate(accountant.calibrate(Epsilon(8.0), Delta(1e-6)), family, loaded.policy.synthesis, {})
    noise = RoundedGaussian(np.random.default_rng(seed))
    views = {"": (family.view, 1, mechanism.people.event)}
    views |= {t.name: (t.counted, t.at_most, mechanism.rows[t.name].event) for t in family.rows}

    def curators(units: FamilyUnits) -> dict[str, Asked]:
        return {
            name: Asked(mistake(units.rows[name]) if name else units.people, *view, noise)
            for name, view in views.items()
        }

    everybody, rest = curators(before), curators(after)
    mechanism.measure(Measurers(everybody[""], {t.name: everybody[t.name] for t in family.rows}))
    largest = Fraction(0)
    for name, one in everybody.items():
        for kind, asked, named in one.questions:
            rest[name]._kept(kind, asked, named)
        assert {kind for kind, *_ in one.questions} >= {"measure", "distances"}
        for (x, bound), (y, same) in zip(one.exact, rest[name].exact, strict=True):
            assert bound == same
            square = sum((a - b) ** 2 for a, b in zip(x, y, strict=True))
            largest = max(largest, Fraction(square) / (Fraction(bound) * 2**30) ** 2)
    return largest


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([3, 5, 60]))
def test_removing_a_person_removes_that_person_and_moves_no_answer_too_far(loaded, family, seed, most) -> None:
    draw = random.Random(seed)
    crowd = [a_person(draw, pid, most) for pid in ("1", "2", "3", None, "4")]
    leaver = draw.randrange(5)
    rest = crowd[:leaver] + crowd[leaver + 1 :]
    before = opened(loaded, family, together(crowd))
    after = opened(loaded, family, together(rest))
    alone = opened(loaded, family, crowd[leaver])
    # Nobody else's rows change: they are what they are without the person, and the person's are what they are alone.
    assert by_person(before, family) == sorted([*by_person(after, family), *by_person(alone, family)])
    assert furthest(loaded, family, before, after, seed) <= 1


OTHERS: Tables = {
    "patients": [("8", "m", None, None, None), ("9", "f", None, None, None)],
    "stays": [("s1", "8", "2020-01-01", None, "a")],
    "labs": [("8", "s1", None, "2020-01-01", "ldl", "30")],
    "drugs": [("d", "8", "C09AA05")],
}


def of_ten_thousand(same: bool) -> Tables:
    """Rows of one person in every table: all alike, or all kinds; keys given twice, parents that are not there."""
    pick = (lambda values, _: values[0]) if same else (lambda values, i: values[i % len(values)])
    return {
        "patients": [("7", "f", "1950-03-01", "2020-01-01", None), ("7", "m", None, None, None)],
        "stays": [(f"s{i // 2}", "7", pick(DAYS, i), None, pick("abc", i)) for i in range(10_000)],
        "labs": [
            (
                "7",
                pick(["s0", "s1", "s9999", None], i),
                "d",
                pick(DAYS, i),
                pick(["crp", "ldl"], i),
                pick(["1", "?"], i),
            )
            for i in range(10_000)
        ],
        "drugs": [(None, "7", pick(["A10BA02", "none"], i)) for i in range(10_000)],
    }


@pytest.mark.parametrize("same", [True, False])
def test_ten_thousand_rows_of_one_person(same: bool, loaded: LoadedPolicy, family: Family) -> None:
    before = opened(loaded, family, together([OTHERS, of_ten_thousand(same)]))
    after = opened(loaded, family, OTHERS)
    assert (before.rows["stays"].rows, before.rows["labs"].rows, before.rows["drugs"].rows) == (41, 201, 31)
    person = max(by_person(before, family), key=lambda p: len(p[1][0][1]))
    assert of(family.view, person[0])["stays:rows"] == "32 to 40"
    assert 0.8 < furthest(loaded, family, before, after, 1) <= 1  # as far as is allowed, and no further


def test_rows_over_the_bound_are_not_counted_and_show_in_summaries(loaded: LoadedPolicy, family: Family) -> None:
    last = ("7", "s0", None, "2023-12-01", "hba1c", None)
    tables = of_ten_thousand(same=False)
    with_it = opened(loaded, family, {**tables, "labs": [*tables["labs"], last]})
    ever = [
        of(family.view, labels(u.people, family.view)[0])["labs:ever(code: hba1c)"]
        for u in (with_it, opened(loaded, family, tables))
    ]
    assert ever == ["yes", "no"] and with_it.rows["labs"].rows == 200


def test_a_bound_on_rows_instead_of_people_is_noticed(loaded: LoadedPolicy, family: Family) -> None:
    """The same property does not hold of a release that takes every row for a person of its own."""
    before, after = (opened(loaded, family, t) for t in (together([OTHERS, of_ten_thousand(True)]), OTHERS))
    assert furthest(loaded, family, before, after, 1, by_row) > 25


def test_the_order_of_files_means_nothing(loaded: LoadedPolicy, family: Family) -> None:
    draw = random.Random(5)
    tables = together([a_person(draw, str(pid), 4) for pid in range(30)])
    shuffled = {name: draw.sample(rows, len(rows)) for name, rows in tables.items()}
    one, two = (open_family(loaded, family, frames(t), KEY, lambda: None) for t in (tables, shuffled))
    assert one.commitment == two.commitment and by_person(one.train, family) == by_person(two.train, family)
    assert open_family(loaded, family, frames({}), KEY, lambda: None).train.size == 0


def test_people_are_held_out_with_all_their_rows(loaded: LoadedPolicy, family: Family) -> None:
    draw = random.Random(6)
    tables = together([a_person(draw, str(pid), 4) for pid in range(200)])
    holdout = loaded.policy.source.holdout.model_copy(update={"share": 0.3})
    source = loaded.policy.source.model_copy(update={"holdout": holdout})
    split = LoadedPolicy(loaded.policy.model_copy(update={"source": source}), *list(vars(loaded).values())[1:])
    bounded = open_family(split, family, frames(tables), KEY, lambda: None)
    parts = [by_person(part, family) for part in (bounded.train, bounded.reference, bounded.control)]
    assert sorted(p for part in parts for p in part) == by_person(opened(loaded, family, tables), family)
    assert all(len(part) > 10 for part in parts)


def test_structure_is_checked_before_anything_is_opened(loaded: LoadedPolicy, family: Family) -> None:
    broken = frames({})
    broken["labs"] = FrameSource(
        pa.table({c: pa.array([], pa.string()) for c in ("pid", "drug", "day", "code", "value")})
    )
    with pytest.raises(SourceError, match=r"labs\.csv: no column stay\."):
        open_family(loaded, family, broken, KEY, lambda: pytest.fail("opened"))


def test_levels_of_a_summary_must_be_there(tmp_path: Path) -> None:
    text = FAMILY.replace("levels: [hba1c]", "levels: [hba1d]")
    with pytest.raises(PolicyError, match=r"p\.yaml:\d+: .*levels has 'hba1d', which is no level of code"):
        Family.from_policy(load(write(tmp_path, text)))


def test_one_table_alone_has_people_of_its_own(tmp_path: Path) -> None:
    start, end = FAMILY.index("  patients:"), FAMILY.index("privacy:")
    table = """\
  stays:
    file: stays.csv
    time: {start: 2019-01-01, end: 2023-12-31}
    rows: {at_most: 40, order_by: day, previous: [{column: ward}], summaries: [{column: ward, of: last}]}
    columns:
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, nullable: true, source: doc}
      ward: {type: category, domain: [a, b, c], source: doc}
"""
    text = (FAMILY[:start] + table + FAMILY[end:]).replace("max_rows_per_unit: 1", "max_rows_per_unit: 40")
    loaded = load(write(tmp_path, text))
    family = Family.from_policy(loaded)
    assert family.people is None and family.view.names == ("stays:rows", "stays:first", "stays:last(ward)")
    rows = {"pid": ["1", "1", "2"], "day": ["2019-01-03", "2019-01-01", None], "ward": ["c", "a", "b"]}
    source = {"stays": FrameSource(pa.table({k: pa.array(v, pa.string()) for k, v in rows.items()}))}
    bounded = open_family(loaded, family, source, KEY, lambda: None)
    seen = [part for part in (bounded.train, bounded.reference, bounded.control)]
    people = sorted(row for part in seen for row in labels(part.people, family.view))
    assert people == [("1", "none", "b"), ("2", "0", "c")]


def test_bins_hold_every_number_once() -> None:
    for first, last in [(0, 1), (0, 2), (0, 200), (-400, 1825), (-3, 0)]:
        bins = half_octaves(first, last)
        numbers = np.arange(first - 5, last + 6)
        codes = bins.of(numbers)
        assert (np.diff(codes.astype(int)) >= 0).all() and set(codes.tolist()) == set(range(len(bins.starts)))
        for number, code in zip(numbers.tolist(), codes.tolist(), strict=True):
            if first <= number <= last:
                assert bins.edges[code] <= number < bins.edges[code + 1]
    assert half_octaves(0, 12).labels == ("0", "1", "2", "3", "4 to 5", "6 to 7", "8 to 11", "12")
