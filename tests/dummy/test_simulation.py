"""Simulated courses: laws that can be computed, a slow simulation of one patient at a time, and the ready models."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dpsynth.domain.rules import violations
from dpsynth.dummy.cells import Drawn
from dpsynth.dummy.make import make
from dpsynth.dummy.plan import Level, Plan, plan
from dpsynth.dummy.simulation import shown
from dpsynth.dummy.simulation.course import NEVER, run
from dpsynth.dummy.simulation.model import Model
from dpsynth.dummy.simulation.read import read_model
from dpsynth.dummy.streams import stream
from dpsynth.errors import PolicyError
from dpsynth.policy.load import load

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"
SMALL = {
    "dpsynth_simulation": 1,
    "title": "x",
    "sources": {"assumed": "all"},
    "time": {"start": "2015-01-01", "end": "2018-12-31", "step": 30, "entry_until": "2016-12-31"},
    "ages": [{"from": 40, "to": 60, "share": 0.5}, {"from": 60, "to": 90, "share": 0.5}],
    "traits": {"severity": "hidden"},
    "attributes": {"sex": {"shares": {"f": 0.3, "m": 0.7}}},
    "processes": {
        "stage": {
            "levels": ["a", "b", "c"],
            "start": {"b": {"40": 0.1, "60": 0.4}},
            "moves": [
                {"from": "a", "to": "b", "per_year": {"40": 0.1, "70": 0.3}, "times": {"sex=m": 2.0}},
                {"from": "b", "to": "c", "per_year": 0.5, "times": {"severity": 1.5}},
            ],
        }
    },
    "death": {"per_year": {"40": 0.02, "70": 0.1}, "times": {"stage=c": 3.0}},
    "encounters": {"visit": {"per_year": 2.0, "times": {"stage=b|c": 1.5}}},
    "records": {
        "drug": {"at": ["visit"], "into": ["orders"], "when": ["not stage=a"], "chance": 0.5, "lasts": {"days": 200}},
        "lab": {
            "at": ["visit"],
            "into": ["labs"],
            "chance": 0.6,
            "value": {"mean": 5, "plus": {"stage=c": 4, "severity": 1, "on drug": -2}, "own": 0.5, "sd": 1, "carry": 0.6},
        },
    },
    "tables": {"t": {"rows": "people", "columns": {}}},
}  # fmt: skip


def model(**changes) -> Model:
    return Model.model_validate_json(json.dumps(SMALL | changes))


def one_by_one(m: Model, patients: int, rng: np.random.Generator) -> dict[str, float]:
    """The same laws, one patient and one step at a time, in the plainest code. Averages over patients."""
    seen: Counter[str] = Counter()
    start, end, entry_until = m.time.days
    for _ in range(patients):
        entry = int(rng.integers(start, entry_until + 1))
        low, high = ((40, 60), (60, 90))[rng.random() < 0.5]
        birth = start - (low + rng.random() * (high - low)) * 365.25
        sex, severity = "f" if rng.random() < 0.3 else "m", rng.standard_normal()
        stage = "b" if rng.random() < (0.1 if start - birth < 60 * 365.25 else 0.4) else "a"
        until, noise, own, alive = -NEVER, rng.standard_normal(), 0.5 * rng.standard_normal(), True
        death = NEVER
        for day in range(start, end + 1, 30):
            length = min(30, end + 1 - day)
            if not alive:
                break
            old = day - birth >= 70 * 365.25

            def happens(rate: float) -> bool:
                return rng.random() < 1 - math.exp(-rate * length / 365.25)

            if entry < day and happens((0.1 if old else 0.02) * (3 if stage == "c" else 1)):
                alive, death = False, day + int(rng.integers(length))
            if stage == "a":
                stage = "b" if happens((0.3 if old else 0.1) * (2 if sex == "m" else 1)) else "a"
            elif stage == "b":
                stage = "c" if happens(0.5 * 1.5**severity) else "b"
            if happens(2.0 * (1.5 if stage != "a" else 1)):
                when = day + int(rng.integers(length))
                if not entry <= when <= death:
                    continue
                seen["visits"] += 1
                if stage != "a" and until < when and rng.random() < 0.5:
                    until = min(when + int(rng.exponential(200)), death)
                    seen["orders"] += 1
                if rng.random() < 0.6:
                    noise = 0.6 * noise + 0.8 * rng.standard_normal()
                    value = 5 + 4 * (stage == "c") + severity - 2 * (until >= when) + own + noise
                    seen["labs"] += 1
                    seen["sum"] += value
                    seen["squares"] += value**2
        seen["dead"] += not alive
        seen["c"] += stage == "c"
    return {name: count / patients for name, count in seen.items()}


def test_all_at_once_is_one_by_one() -> None:
    slow = one_by_one(model(), 3_000, np.random.default_rng(5))
    course = run(model(), 60_000, stream(1))
    labs = course.events["labs"]
    fast = {
        "visits": course.number["visit"].mean(),
        "orders": len(course.events["orders"].owner) / 60_000,
        "labs": len(labs.owner) / 60_000,
        "sum": labs.value.sum() / 60_000,
        "squares": (labs.value**2).sum() / 60_000,
        "dead": (course.death < NEVER).mean(),
        "c": (course.world.levels["stage"] == 2).mean(),
    }
    # Four standard errors of 3,000 patients, whose numbers of events vary about as much as they are large.
    for name, number in fast.items():
        spread = 1.2 * slow[name] if name not in ("dead", "c") else math.sqrt(number * (1 - number))
        assert abs(number - slow[name]) < 4 * spread / math.sqrt(3_000), (name, number, slow[name])


def test_hazards_give_exponential_times() -> None:
    plain = model(death={"per_year": 0.2}, time=SMALL["time"] | {"entry_until": "2015-01-01"})
    course = run(plain, 100_000, stream(2))
    # Who enters on the first day can die from the second step on.
    years = (plain.time.days[1] + 1 - plain.time.days[0] - 30) / 365.25
    assert (course.death == NEVER).mean() == pytest.approx(math.exp(-0.2 * years), abs=0.006)
    half = (course.death < plain.time.days[0] + 30 + 365.25 * 2).mean()
    assert half == pytest.approx(1 - math.exp(-0.4), abs=0.006)


def test_numbers_of_encounters_follow_frailty() -> None:
    wanted = {"visit": {"per_year": 1.0}}
    course = run(model(encounters=wanted, death={"per_year": 0.0}, frailty=0.8, time=SMALL["time"] | {"entry_until": "2015-01-01"}), 50_000, stream(3))  # fmt: skip
    number, years = course.number["visit"], 4.0
    # A step of 30 days has an encounter with chance 1 - exp(-z d), where z is gamma: at most one.
    step = 1 - (0.8 / (0.8 + 30 / 365.25)) ** 0.8
    assert number.mean() == pytest.approx(step * 1461 / 30, rel=0.03)
    assert number.var() > 4 * number.mean()
    assert (number == 0).mean() == pytest.approx((0.8 / (0.8 + years)) ** 0.8, abs=0.01)


def test_noise_remembers_the_value_before() -> None:
    lab = SMALL["records"]["lab"] | {"chance": 1.0, "value": {"mean": 0, "sd": 2, "carry": 0.8}}
    course = run(model(records={"lab": lab}), 5_000, stream(4))
    labs = course.events["labs"]
    order = np.lexsort((labs.day, labs.owner))
    owner, value = labs.owner[order], labs.value[order]
    same = owner[1:] == owner[:-1]
    assert np.corrcoef(value[1:][same], value[:-1][same])[0, 1] == pytest.approx(0.8, abs=0.02)
    assert value.std() == pytest.approx(2, rel=0.03)


def test_nothing_happens_before_entry_after_death_or_twice() -> None:
    course = run(model(), 20_000, stream(5))
    for events in course.events.values():
        assert (events.day >= course.entry[events.owner]).all() and (events.day <= course.death[events.owner]).all()
        assert (events.end >= events.day).all()
    orders = course.events["orders"]
    assert not (orders.levels["stage"] == 0).any()
    order = np.lexsort((orders.day, orders.owner))
    owner, day, end = orders.owner[order], orders.day[order], orders.end[order]
    again = owner[1:] == owner[:-1]
    assert (day[1:][again] > end[:-1][again]).all() and again.sum() > 1_000


def plan_of(name: str, level: Level = Level.SIMULATION) -> tuple[Plan, Model]:
    planned = plan(load(POLICIES / f"{name}.yaml"), level)
    assert planned.dummy.simulation is not None
    return planned, read_model(POLICIES / planned.dummy.simulation)[0]


def codes(planned: Plan, name: str, rows: Drawn) -> np.ndarray:
    """Levels of all columns but the days that are counted from another date."""
    table = planned[name]
    found = np.zeros((len(rows.owner), len(table.domain.names)), np.uint16)
    for i, a in enumerate(table.domain.attributes):
        if type(table.table.columns[a.name]).__name__ == "OffsetColumn":
            continue
        found[:, i] = (
            a.codes_at(rows.cells[a.name].values) if a.ordered and hasattr(a, "runs") else rows.cells[a.name].values
        )
        if a.missing is not None:
            found[rows.cells[a.name].absent, i] = a.missing
    return found


def test_the_ready_cohort() -> None:
    planned, m = plan_of("diabetes_cohort")
    shown.check(planned, m)
    drawn = shown.draw(planned, m, 8_000, 1, 0)
    people, labs, treatments = (drawn[name] for name in ("patients", "lab_results", "treatments"))
    assert len(people.owner) == 8_000
    assert 11 < (len(labs.owner) + len(treatments.owner)) / 8_000 < 14  # about twelve rows a patient
    without = 1 - len(np.unique(labs.owner)) / 8_000
    assert 0.1 < without < 0.35
    first, last = planned.window or (0, 0)
    born, entry, death = (people.cells[name] for name in ("birth_date", "entry_date", "death_date"))
    assert (born.values < entry.values).all() and (death.values >= entry.values)[~death.absent].all()
    assert 0.1 < 1 - death.absent.mean() < 0.3
    for rows, date in ((labs, "date"), (treatments, "start")):
        day = rows.cells[date].values
        assert ((day >= first) & (day <= last)).all() and (day >= entry.values[rows.owner]).all()
        assert (day <= np.where(death.absent, NEVER, death.values)[rows.owner]).all()
        assert (np.diff(rows.owner) >= 0).all()
        assert (np.diff(day)[np.diff(rows.owner) == 0] >= 0).all()
    for name, rows in drawn.items():
        assert not violations(codes(planned, name, rows), planned[name].domain, planned[name].zeros).any()
    assert len(planned["lab_results"].zeros) == 2
    # What the model says of HbA1c: type 1 and severity raise it, within a patient it stays alike.
    code = labs.cells["code"].values
    hba1c = code == planned["lab_results"].domain["code"].code_of["4548-4"]
    value, owner = labs.cells["value"].values[hba1c] / 10, labs.owner[hba1c]
    assert 6 < value.mean() < 8
    same = owner[1:] == owner[:-1]
    assert np.corrcoef(value[1:][same], value[:-1][same])[0, 1] > 0.7


def test_the_ready_register_is_one_row_a_patient_with_dependence() -> None:
    planned, m = plan_of("diabetes_register")
    shown.check(planned, m)
    rows = shown.draw(planned, m, 8_000, 1, 0)["register"]
    assert len(rows.owner) == 8_000 and len(rows.cells) == 19
    heart, age = rows.cells["heart"].values, rows.cells["age"].values
    assert heart[age > 70].mean() > 2 * heart[age < 50].mean()
    egfr, kidney = rows.cells["egfr"], rows.cells["kidney"].values
    assert egfr.values[(kidney == 1) & ~egfr.absent].mean() + 20 < egfr.values[(kidney == 0) & ~egfr.absent].mean()
    assert 0.05 < rows.cells["hba1c"].absent.mean() < 0.5


def test_simulated_files_say_what_they_are(tmp_path: Path) -> None:
    planned, _ = plan_of("diabetes_cohort")
    made = make(planned, 300, 1, tmp_path / "out")
    manifest = json.loads((tmp_path / "out/DUMMY_manifest.json").read_text())
    assert manifest["level"] == "simulation" and "schmidt2021" in manifest["simulation"]["sources"]
    assert made.rows["patients"] == manifest["patients"] == 300
    again = make(planned, 300, 1, tmp_path / "again")
    assert again.rows == made.rows
    name = "lab_results_DUMMY.csv"
    assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"death": {"per_year": -1}}, "death.per_year"),
        ({"ages": [{"from": 40, "to": 60, "share": 0.5}]}, "age bands must add up to 1"),
        ({"attributes": {"sex": {"shares": {"f": 0.5}}}}, "shares add up to 0.5"),
        ({"death": {"per_year": 0.1, "times": {"stage=x": 2}}}, "names 'x', which is no level of stage"),
        ({"death": {"per_year": 0.1, "times": {"on lab": 2}}}, "names no record that lasts"),
        ({"death": {"per_year": 0.1, "times": {"weather": 2}}}, "is no condition"),
        ({"encounters": {"visit": {"per_year": 1, "into": ["labs"]}}}, "holds records too"),
        ({"encounters": {"call": {"per_year": 1}}}, "there is no encounter 'visit'"),
        ({"time": SMALL["time"] | {"end": "2014-12-31"}}, "start must come before end"),
        ({"colour": 1}, "colour"),
    ],
)
def test_models_are_refused_in_one_line(tmp_path: Path, change: dict, message: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(json.dumps(SMALL | change, indent=1))
    with pytest.raises(PolicyError) as error:
        read_model(path)
    assert message in str(error.value) and "\n" not in str(error.value)
    assert str(error.value).startswith(f"{path}:")
    if "time" not in change and "colour" not in change:
        assert not str(error.value).startswith(f"{path}:1:")


def cohort(tmp_path: Path, policy: tuple[str, str] = ("", ""), changed: tuple[str, str] = ("", "")) -> Plan:
    for name, (old, new) in (("diabetes_cohort", policy), ("diabetes_simulation", changed)):
        text = (POLICIES / f"{name}.yaml").read_text()
        assert old in text
        (tmp_path / f"{name}.yaml").write_text(text.replace(old, new, 1))
    return plan(load(tmp_path / "diabetes_cohort.yaml"), Level.SIMULATION)


@pytest.mark.parametrize(
    ("policy", "changed", "message"),
    [
        (("  simulation: diabetes_simulation.yaml\n", ""), ("", ""), "names no model for the level simulation"),
        (("simulation: diabetes_simulation.yaml", "simulation: none.yaml"), ("", ""), "none.yaml: there is no such file"),
        (("domain: [type1, type2, other], other: false", "domain: [type1, type2], other: false"), ("", ""), "no level 'other'"),
        (("", ""), ("unit: unit, value", "value"), "shows nothing in lab_results.unit"),
        (("", ""), ("unit: unit, value: value", "unit: unti, value: value"), "shows 'unti', which the model does not"),
        (("", ""), ("rows: labs", "rows: lavs"), "table lab_results shows 'lavs'"),
        (("", ""), ("{sex: sex, birth_date", "{sex: birth, birth_date"), "has levels, but what it shows are numbers"),
        (("", ""), ("value: value, grade", "value: grade, grade"), "holds numbers or days, but what it shows are words"),
        (("", ""), ("  treatments:\n    rows: treatments", "  other:\n    rows: treatments"), "shows no table treatments"),
        (("", ""), ('end: "2023-12-31"', 'end: "2024-12-31"'), "outside the policy's time"),
        (("nullable: true # still running", "missing_as: 0"), ("", ""), "treatments.end shows something that is not always"),
        (("33914-3, 2085-9], grade: [raised", "33914-3, 4548-4], grade: [raised"), ("", ""), "records that the rules forbid"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_policy_is_one_line(tmp_path: Path, policy, changed, message: str) -> None:
    with pytest.raises(PolicyError) as error:
        make(cohort(tmp_path, policy, changed), 400, 1, tmp_path / "out")
    assert message in str(error.value) and "\n" not in str(error.value)
    assert not list(tmp_path.glob("out/*DUMMY*"))


def test_rows_over_the_bound_are_left_out(tmp_path: Path) -> None:
    planned = cohort(tmp_path, ("at_most: 200\n", "at_most: 11\n"))
    _, m = plan_of("diabetes_cohort")
    loaded = planned.loaded
    assert loaded.policy.tables["lab_results"].rows is not None
    labs = shown.draw(planned, m, 2_000, 1, 0)["lab_results"]
    assert np.bincount(labs.owner).max() == 11
