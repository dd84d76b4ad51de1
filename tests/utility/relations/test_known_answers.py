"""Cohorts whose truth is known: what the measures must find, and must not."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest

from dpsynth.domain.deriving import Coded, CodedFamily
from dpsynth.domain.family import Family
from dpsynth.utility.relations import cohort, evaluate
from dpsynth.utility.relations.evaluate import Beside, Comparison
from tests.utility.relations import invented

PEOPLE = 1200
TRUTH = {"own": 0.5, "before": 0.6, "group": 0.5}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    return invented.policy(tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="module")
def family(loaded) -> Family:
    return Family.from_policy(loaded)


@pytest.fixture(scope="module")
def real(family):
    return invented.source(invented.units(family, PEOPLE, 1, **TRUTH), invented.units(family, 300, 2, **TRUTH))


def compared(real, made, loaded, family) -> Comparison:
    return evaluate.compare(real, made, family, loaded.policy.tables, np.random.default_rng(9))


def the(found: Comparison, kind: str, detail: str = "", column: str = "") -> Beside:
    return next(
        b
        for b in found.measures
        if b.subject.kind == kind and detail in ("", b.subject.detail) and column in ("", *b.subject.columns)
    )


@pytest.fixture(scope="module")
def same(real, loaded, family) -> Comparison:
    """Fresh people of the same law."""
    return compared(real, invented.units(family, PEOPLE, 3, **TRUTH), loaded, family)


@pytest.fixture(scope="module")
def independent(real, loaded, family) -> Comparison:
    """Rows that know nothing of the person, of each other, or of the group."""
    return compared(real, invented.units(family, PEOPLE, 4), loaded, family)


def test_people_of_the_same_law_are_as_far_as_other_real_people(same: Comparison) -> None:
    assert same.sizes == (PEOPLE, 300, PEOPLE)
    over = [b.subject for b in same.measures if b.apart.value > b.usual.high]
    assert len(over) <= len(same.measures) // 10, over
    for mean in same.mean_distances:
        assert mean.apart.low <= mean.usual.high and mean.usual.low <= mean.apart.high, mean
    assert same.classifier.synthetic.low <= 0.5 <= same.classifier.synthetic.high
    assert same.classifier.people == PEOPLE // 2


def test_copies_of_real_people_are_as_far_as_other_real_people(real, loaded, family) -> None:
    found = compared(real, real.train, loaded, family)
    assert [b.subject for b in found.measures if b.apart.value > b.usual.high] == []
    assert found.classifier.synthetic.low <= 0.5
    for beside in found.measures:
        # Held-out people, who are not copied, move the means and deviations of levels a little.
        np.testing.assert_allclose(beside.made, beside.profile, atol=1e-3)


def test_intervals_hold_the_truth(same: Comparison) -> None:
    """ICC: half of the variance is the person's. Lag: own part .5, and .6 of the rest."""
    within, first, second = the(same, "within"), the(same, "lag", "1"), the(same, "lag", "2")
    for beside, truth in ((first, 0.5 + 0.5 * 0.6), (second, 0.5 + 0.5 * 0.36)):
        assert abs(beside.real.value - truth) < 0.05 and abs(beside.synthetic.value - truth) < 0.05
        for estimate in (beside.real, beside.held, beside.synthetic):
            assert estimate.low - 0.02 < truth < estimate.high + 0.02
            assert 0 < estimate.high - estimate.low < 0.2
        assert beside.held.high - beside.held.low > beside.real.high - beside.real.low, "fewer people"
    assert 0.5 < within.real.value < 0.65, "the rest of a person's rows of one code is alike, too"


def test_independent_rows_have_no_memory(independent: Comparison) -> None:
    for kind, detail in (("within", ""), ("lag", "1"), ("lag", "2")):
        beside = the(independent, kind, detail)
        assert abs(beside.synthetic.value) < 0.05
        assert beside.apart.low > beside.usual.high, "noticed"
    tie = the(independent, "pair", "rows", "labs.code")
    assert tie.subject.columns == ("patients.group", "labs.code")
    assert tie.real.value > 0.4 > 0.1 > tie.synthetic.value


def shuffled(drawn: CodedFamily, seed: int) -> CodedFamily:
    """The same people and the same rows, but the rows of somebody else."""
    people = np.random.default_rng(seed).permutation(drawn.size)
    return dataclasses.replace(drawn, people=drawn.people[people], index=drawn.index[people])


def test_exchanged_rows_lose_their_parents(real, loaded, family) -> None:
    drawn = shuffled(invented.draw(family, PEOPLE, 3, **TRUTH), 1)
    found = compared(real, cohort.of_synthetic(family, drawn), loaded, family)
    tie = the(found, "pair", "rows", "labs.code")
    assert tie.real.value > 0.4 > 0.12 > tie.synthetic.value
    assert tie.apart.low > tie.usual.high
    assert found.classifier.synthetic.low > 0.55
    assert found.classifier.real.low < 0.5 < found.classifier.real.high
    alone = [auc for _, auc in found.classifier.telling]
    assert max(abs(auc - 0.5) for auc in alone) < 0.1, "no feature alone says it"
    assert the(found, "rows").apart.value <= the(found, "rows").usual.high, "numbers of rows are right"


def without_rows(drawn: CodedFamily) -> CodedFamily:
    empty = {n: Coded(c.codes[:0], c.owner[:0], c.day[:0], c.parent[:0], c.links[:0]) for n, c in drawn.rows.items()}
    return dataclasses.replace(drawn, rows=empty)


def test_people_without_rows_are_found(real, loaded, family) -> None:
    drawn = without_rows(invented.draw(family, 400, 3))
    found = compared(real, cohort.of_synthetic(family, drawn), loaded, family)
    rows = the(found, "rows")
    assert rows.synthetic.value == 1 and rows.apart.low > rows.usual.high
    assert np.isnan(the(found, "within").synthetic.value) and np.isnan(the(found, "lag").apart.value)
    assert found.classifier.synthetic.value > 0.9
    assert found.classifier.telling[0][0].column.startswith(("labs", "drugs"))


@pytest.mark.parametrize("people", [0, 1, 2, 39, 40])
@pytest.mark.parametrize("held", [0, 1])
@pytest.mark.parametrize("rows", [True, False])
def test_few_people_or_none_are_no_error(people: int, held: int, rows: bool, loaded, family) -> None:
    change = (lambda x: x) if rows else without_rows
    groups = [cohort.of_synthetic(family, change(invented.draw(family, n, n))) for n in (people, held)]
    made = cohort.of_synthetic(family, change(invented.draw(family, 50, 8)))
    for synthetic in (made, groups[0]):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = compared(invented.source(*groups), synthetic, loaded, family)
            assert len(evaluate.describe(synthetic, family, loaded.policy.tables)) > 5
        assert all((b.people > 0) == (people >= 40) for b in found.measures)
        assert np.isnan(found.classifier.synthetic.value) == (people < 40)


def test_subjects_depend_on_the_policy_alone(real, loaded, family) -> None:
    nobody = cohort.of_synthetic(family, without_rows(invented.draw(family, 0, 1)))
    found = [compared(s, nobody, loaded, family) for s in (real, invented.source(nobody, nobody))]
    assert [b.subject for b in found[0].measures] == [b.subject for b in found[1].measures]
    assert [m.subject for m in found[0].mean_distances] == [m.subject for m in found[1].mean_distances]
    kinds = {(b.subject.kind, b.subject.table) for b in found[0].measures}
    assert ("gap", "drugs") not in kinds and ("lag", "drugs") not in kinds, "drugs have no order"
