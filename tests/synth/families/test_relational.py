"""Several tables: references and dates always hold, and without noise the synthetic tables are like the real ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dpsynth.domain import rules
from dpsynth.domain.deriving import NO_DAY, view_of_people, view_of_rows
from dpsynth.domain.family import Family
from dpsynth.errors import PolicyError
from dpsynth.policy.load import load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.dates import dated_people, day_numbers
from dpsynth.synth.relational.keys import keyed
from dpsynth.synth.relational.mechanism import calibrate
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.testing.samplers import NoNoise, RoundedGaussian
from tests.policy.family import FAMILY, write
from tests.synth.families.cohort import calibrated, measurers, opened, policy

PEOPLE = 3000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    return policy(tmp_path_factory.mktemp("cohort"))


@pytest.fixture(scope="module")
def family(loaded) -> Family:
    return Family.from_policy(loaded)


@pytest.fixture(scope="module")
def real(loaded, family):
    return opened(loaded, family, PEOPLE)


@pytest.fixture(scope="module")
def noiseless(loaded, family, real):
    """The model without noise, though with as many groups of levels as epsilon 8 allows, and a sample of it."""
    mechanism = calibrated(loaded, family, 8.0)
    measured = mechanism.measure(measurers(mechanism, real, NoNoise()))
    model = mechanism.fit(measured)
    return model, model.sample(family, loaded.policy.tables, PEOPLE, np.random.default_rng(1))


@pytest.fixture(scope="module")
def noisy(loaded, family):
    """A sample from very noisy answers about few people."""
    mechanism = calibrated(loaded, family, 0.5)
    measured = mechanism.measure(
        measurers(mechanism, opened(loaded, family, 40), RoundedGaussian(np.random.default_rng(3)))
    )
    return mechanism.fit(measured).sample(family, loaded.policy.tables, 500, np.random.default_rng(4))


def distance(a: np.ndarray, b: np.ndarray, view, clique) -> float:
    def shares(codes: np.ndarray) -> np.ndarray:
        cell = np.ravel_multi_index([codes[:, view.index(n)] for n in clique], [view.sizes[n] for n in clique])
        return np.bincount(cell, minlength=view.cells(clique)) / max(1, len(codes))

    return float(np.abs(shares(a) - shares(b)).sum() / 2)


def test_it_costs_exactly_the_budget(loaded, family, real) -> None:
    budget = accountant.calibrate(Epsilon(8.0), Delta(1e-7))
    mechanism = calibrated(loaded, family, 8.0)
    spent = sum(float(leaf.mu_squared) for leaf in events.flatten(mechanism.event))
    assert 0.999 * budget.value**2 < spent <= budget.value**2 * (1 + 1e-9)
    asked = measurers(mechanism, real, NoNoise())
    mechanism.measure(asked)
    for curator, event in ((asked.people, mechanism.people.event), (asked.rows["labs"], mechanism.rows["labs"].event)):
        used = sum(leaf.mu_squared for leaf in events.flatten(curator.event))
        assert 0 < used <= sum(leaf.mu_squared for leaf in events.flatten(event))


@pytest.mark.parametrize("which", ["noiseless", "noisy"])
def test_references_hold_and_dates_rise_inside_the_window(which: str, loaded, family, request) -> None:
    made = request.getfixturevalue(which)
    sample = made[1] if which == "noiseless" else made
    coded, tables = sample.coded, loaded.policy.tables
    start, end = family.window
    people = sample.cells["patients"]
    born, entry, died = (day_numbers(people[c]) for c in ("born", "entry", "died"))
    assert ((died == NO_DAY) | (died >= entry)).all()
    for rows in family.rows:
        own = coded.rows[rows.name]
        cells = sample.cells[rows.name]
        assert cells.num_rows == len(own.owner) and cells.column_names == list(tables[rows.name].modelled)
        assert (np.diff(own.owner) >= 0).all() and own.owner.max(initial=0) < coded.size
        assert np.bincount(own.owner).max(initial=0) <= rows.at_most
        if rows.parent is not None:
            above = coded.rows[rows.parent]
            assert (above.owner[own.parent] == own.owner).all()
        if rows.gaps is None:
            continue
        dated = own.day != NO_DAY
        days, who = own.day[dated], own.owner[dated]
        assert rows.dates_missing or dated.all()
        assert ((days >= start) & (days <= end) & (days <= died[who])).all()
        assert (days >= np.where(born[who] == NO_DAY, days, born[who])).all()
        same = own.owner[dated][1:] == who[:-1]
        if rows.parent is not None:
            same &= own.parent[dated][1:] == own.parent[dated][:-1]
            parent_day = coded.rows[rows.parent].day[own.parent[dated]]
            assert (days >= parent_day).all()
        assert (np.diff(days)[same] >= 0).all()
    left, day = (day_numbers(sample.cells["stays"][c]) for c in ("left", "day"))
    owner = coded.rows["stays"].owner
    assert ((left == NO_DAY) | ((left >= day) & (left <= died[owner]))).all()


@pytest.mark.parametrize("which", ["noiseless", "noisy"])
def test_keys_are_fresh_and_every_reference_leads_to_a_row_of_the_same_person(which, loaded, family, request) -> None:
    made = request.getfixturevalue(which)
    sample = made[1] if which == "noiseless" else made
    tables = {
        name: table.to_pandas()
        for name, table in keyed(family, loaded.policy.tables, sample, np.random.default_rng(0)).items()
    }
    for name, key in (("patients", "pid"), ("stays", "stay"), ("drugs", "given")):
        assert tables[name][key].is_unique and tables[name][key].str.match("^SYN[0-9]{9}$").all()
    assert list(tables["labs"].columns) == ["pid", "stay", "drug", "day", "code", "value"]
    for name in ("stays", "labs", "drugs"):
        assert tables[name]["pid"].isin(tables["patients"]["pid"]).all()
    stays, drugs = tables["stays"].set_index("stay")["pid"], tables["drugs"].set_index("given")["pid"]
    labs = tables["labs"]
    assert (stays[labs["stay"]].to_numpy() == labs["pid"].to_numpy()).all()
    linked = labs[labs["drug"].notna()]
    assert (drugs[linked["drug"]].to_numpy() == linked["pid"].to_numpy()).all()
    if which == "noiseless":
        assert 0.2 < len(linked) / len(labs) < 0.6  # half of the rows of those who have any


def test_without_noise_the_tables_are_like_the_real_ones(family, real, noiseless) -> None:
    _, sample = noiseless
    people = view_of_people(family, sample.coded)
    for name in family.view.names:
        assert distance(real.train.people.codes, people, family.view, (name,)) < 0.12, name
    for rows in family.rows:
        codes, own = view_of_rows(family, rows, sample.coded, people), real.train.rows[rows.name]
        assert abs(len(codes) / own.rows - 1) < 0.05, rows.name
        zero = 1 - len(np.unique(own.owner)) / real.train.size
        assert abs(1 - len(np.unique(sample.coded.rows[rows.name].owner)) / PEOPLE - zero) < 0.05
        for name in rows.view.names:
            assert distance(own.codes, codes, rows.view, (name,)) < 0.12, name
        for a in rows.drawn:
            for b in rows.view.names:
                if a != b:
                    assert distance(own.codes, codes, rows.view, (a, b)) < 0.25, (a, b)
    drugs = family["drugs"]
    by_sex = view_of_rows(family, drugs, sample.coded, people)
    sick = by_sex[by_sex[:, drugs.view.index("patients.sex")] == 1]
    assert (sick[:, drugs.view.index("drugs.atc")] == 0).mean() > 0.9  # what people take follows from who they are


def test_values_depend_on_the_value_before(family, real, noiseless) -> None:
    labs = family["labs"]
    value, before = labs.view.index("labs.value"), labs.view.index("labs:previous(value, same code)")

    def lag(codes: np.ndarray) -> float:
        both = codes[(codes[:, value] < 4) & (codes[:, before] < 4)]
        return float(np.corrcoef(both[:, value], both[:, before])[0, 1])

    sample = noiseless[1].coded
    made = view_of_rows(family, labs, sample, view_of_people(family, sample))
    assert abs(lag(real.train.rows["labs"].codes) - lag(made)) < 0.05


def test_a_model_comes_back_from_its_arrays(loaded, family, noiseless) -> None:
    model, _ = noiseless
    again = FamilyModel.from_arrays(model.to_arrays())
    one, two = (m.sample(family, loaded.policy.tables, 50, np.random.default_rng(2)) for m in (model, again))
    assert all(one.cells[name].equals(two.cells[name]) for name in one.cells)


def test_nobody_at_all_can_be_measured_and_drawn(loaded, family) -> None:
    mechanism = calibrated(loaded, family, 1.0)
    measured = mechanism.measure(
        measurers(mechanism, opened(loaded, family, 0), RoundedGaussian(np.random.default_rng(5)))
    )
    sample = mechanism.fit(measured).sample(family, loaded.policy.tables, 3, np.random.default_rng(6))
    assert sample.cells["patients"].num_rows == 3


def test_wishes_must_fit_into_a_view(tmp_path: Path) -> None:
    text = FAMILY + "  must_include: [[patients.sex, labs.code]]\n"  # labs have [ward] as their context
    loaded = load(write(tmp_path, text))
    budget = accountant.calibrate(Epsilon(1.0), Delta(1e-6))
    with pytest.raises(PolicyError, match=r"must_include has patients\.sex, labs\.code, which stand in no table"):
        calibrate(budget, Family.from_policy(loaded), loaded.policy.synthesis, {})
    good = load(write(tmp_path, text.replace("patients.sex", "stays.ward")))
    found = calibrate(budget, Family.from_policy(good), good.policy.synthesis, {})
    assert ("labs.code", "stays.ward") in found.rows["labs"].design.task.must_include


RULES = {
    "patients": "{impossible: {sex: [m], died: [missing]}}",
    "stays": "{impossible: {ward: [a], left: ['0']}}",
    "labs": "{determines: {from: code, to: value, map: {hba1c: missing, ldl: ['25.0 to 49.9', missing], crp: missing}}}",
}


@pytest.mark.parametrize("people", [0, 60])
def test_no_row_of_any_table_breaks_a_rule(people: int, tmp_path: Path) -> None:
    """Whatever noise says, and though the real rows break the rules all the time."""
    text = FAMILY.replace("death: died}", "}").replace(
        "max_patients: 1000", "max_patients: 1000\n  holdout: {share: 1e-9}"
    )
    for name, rule in RULES.items():
        text = text.replace(f"file: {name}.csv", f"file: {name}.csv\n    rules: [{rule}]")
    loaded = load(write(tmp_path, text))
    family = Family.from_policy(loaded)
    codecs = {"patients": family.codec, **{rows.name: rows.codec for rows in family.rows}}
    zeros = {name: rules.structural_zeros(loaded, codec, name) for name, codec in codecs.items()}
    named = {n: tuple((tuple(f"{n}.{c}" for c in q), mask) for q, mask in of) for n, of in zeros.items()}
    mechanism = calibrate(accountant.calibrate(Epsilon(1.0), Delta(1e-6)), family, loaded.policy.synthesis, named)
    real = opened(loaded, family, people)
    measured = mechanism.measure(measurers(mechanism, real, RoundedGaussian(np.random.default_rng(3))))
    sample = mechanism.fit(measured).sample(family, loaded.policy.tables, 400, np.random.default_rng(4))
    of_tables = {"patients": sample.coded.people, **{name: own.codes for name, own in sample.coded.rows.items()}}
    for name, codes in of_tables.items():
        assert len(codes) and not rules.violations(codes, codecs[name], zeros[name]).any(), name
        cells = {c: sample.cells[name][c] for c in codecs[name].names}
        if not any(hasattr(loaded.policy.tables[name].columns[c], "from_") for c in cells):
            assert not rules.violations(codecs[name].encode(cells), codecs[name], zeros[name]).any(), name


def test_what_clipping_took_is_told_from_noisy_answers(loaded, family, real) -> None:
    mechanism = calibrated(loaded, family, 8.0)
    measured = mechanism.measure(measurers(mechanism, real, RoundedGaussian(np.random.default_rng(9))))
    units, view = real.train.rows["labs"], family["labs"].view
    found = measured.clip_bias["labs"]
    ranked = {of.before for of in family["labs"].within}
    assert {bias.clique for bias in found} >= {(name,) for name in view.names if name not in ranked}
    for bias in (b for b in found if len(b.clique) == 1 and b.clique[0] in view.names):
        cell = units.codes[:, view.index(bias.clique[0])].astype(np.int64)
        heights = np.zeros((units.size, view.sizes[bias.clique[0]]))
        np.add.at(heights, (units.owner, cell), 1)
        scale = np.minimum(1, bias.clip / np.maximum(1, np.linalg.norm(heights, axis=1)))
        kept = (heights * scale[:, None]).sum(axis=0)
        assert abs(bias.lost - (1 - kept.sum() / units.rows)) < 5 * bias.sigma + 0.01
        # The part that is missing bounds the distance of the scaled marginal from the real one.
        assert (
            np.abs(kept / kept.sum() - heights.sum(axis=0) / units.rows).sum() / 2 <= 1 - kept.sum() / units.rows + 1e-9
        )


def test_people_without_dates_are_placed_in_the_whole_window(loaded, family) -> None:
    codes = np.zeros((2, len(family.codec.names)), np.uint16)
    codes[:, family.codec.index("born")] = family.codec["born"].missing
    codes[:, family.codec.index("died")] = family.codec["died"].missing
    people = dated_people(family, loaded.policy.tables, codes, np.random.default_rng(0))
    assert (people.spans["stays"].first == family.window[0]).all()
    assert (people.spans["stays"].last == family.window[1]).all()
