"""Attacks on whole people: copies are caught, strangers are not, and each search agrees with a slow one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from dpsynth.attacks.across import groups
from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.across.events import events
from dpsynth.attacks.across.features import Likeness, labels, of_everything
from dpsynth.attacks.across.known_events import KNOWN, KnownEvents
from dpsynth.attacks.across.linked_tables import LinkedTables
from dpsynth.attacks.across.registry import available, find
from dpsynth.attacks.across.row_secret import RowSecret
from dpsynth.attacks.across.shared_runs import SharedRuns, exposure
from dpsynth.attacks.across.twin import twin
from dpsynth.attacks.base import Settings
from dpsynth.data.family import FamilyUnits
from dpsynth.data.simulated import simulated
from dpsynth.data.units import Units
from dpsynth.domain.family import Family
from dpsynth.errors import PolicyError
from dpsynth.policy.load import load
from dpsynth.utility.relations import cohort

from .data import GUARANTEE

POLICY = Path(__file__).resolve().parents[2] / "policies" / "diabetes_cohort.yaml"
SETTINGS = Settings(0.95, 0.01, 1, ("patients.sex", "patients.region"), ("lab_results.grade", "treatments.atc"))


@dataclass(frozen=True)
class Scene:
    family: Family
    real: FamilyEvidence
    invented: FamilyEvidence


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Simulated people in the part of real ones; the release is made of others."""
    loaded = load(POLICY)
    family = Family.from_policy(loaded)
    sides = [
        twin(family, simulated(loaded, family, people, seed), np.random.default_rng(seed))
        for people, seed in ((2400, 1), (1800, 2))
    ]
    return Scene(family, *sides)


def attacked(name: str, scene: Scene, release: FamilyUnits):
    evidence = replace(scene.real, synthetic=release)
    return find(name).run(evidence, scene.invented, GUARANTEE, SETTINGS, np.random.default_rng(5))


@pytest.mark.parametrize("name", list(available()))
def test_copies_of_people_are_caught_and_strangers_are_not(scene: Scene, name: str) -> None:
    copied, _ = groups.noisy_copy(scene.family, scene.real.members, np.random.default_rng(3))
    found, innocent = attacked(name, scene, copied), attacked(name, scene, scene.real.synthetic)
    assert found.interval.low > found.baseline and found.status in ("leak", "passed")
    assert innocent.interval.low <= innocent.baseline and innocent.status in ("passed", "not_resolvable")
    for one in (found, innocent):
        assert {(c.kind, c.data) for c in one.controls} == {
            (kind, data) for kind in ("positive", "negative") for data in ("real", "surrogate")
        }
        assert not any(c.outcome == "alarm" for c in one.controls)
        assert all(c.outcome == "detected" for c in one.controls if c.name == "people_with_noise")
        assert all(c.power > 0.7 for c in one.controls if c.name == "people_with_noise")
        assert min(one.n_members, one.n_control) > 100 and 0 < one.ceiling < 1


def test_a_copy_leaks_above_what_the_budget_allows(scene: Scene) -> None:
    copied, _ = groups.noisy_copy(scene.family, scene.real.members, np.random.default_rng(3))
    assert {attacked(name, scene, copied).status for name in ("whole_person", "shared_runs", "linked_tables")} == {
        "leak"
    }


def test_the_rows_of_one_person_in_one_table_are_found(scene: Scene) -> None:
    real, tables = scene.real, [table.name for table in scene.family.rows]
    everyone = cohort.together(real.members, real.reference, real.control)
    before = exposure(scene.family, everyone, real.synthetic)
    for table in tables:
        rows = real.members.rows[table]
        heavy = [p for p in np.argsort(-rows.rows_per_unit)[:40] if not before.found_timed[p]][0]
        planted = groups.take(real.members, np.array([heavy]))
        others = {name: Units(u.codes[:0], u.owner[:0], 1) for name, u in planted.rows.items()}
        alone = FamilyUnits(groups.take(real.synthetic, np.array([0])).people, {**others, table: planted.rows[table]})
        after = exposure(scene.family, everyone, cohort.together(real.synthetic, alone))
        assert np.flatnonzero(after.found_timed & ~before.found_timed).tolist() == [heavy]
        assert np.flatnonzero(after.found_table & ~before.found_table).tolist() == [heavy]


def test_one_synthetic_person_in_a_hundred_is_seen_in_runs(scene: Scene) -> None:
    """Averages hide it: the share of people whose rows come back in order, with the days between them, does not."""
    mixed, planted = groups.partial_leak(scene.real.synthetic, scene.real.members, np.random.default_rng(1))
    everyone = cohort.together(scene.real.members, scene.real.reference, scene.real.control)
    seen = exposure(scene.family, everyone, mixed)
    able = seen.own_timed[: len(planted)] & planted
    assert able.sum() >= 3 and seen.found_timed[: len(planted)][able].all()


def test_tables_are_linked_only_where_the_release_joins_them(scene: Scene) -> None:
    members, rng = scene.real.members, np.random.default_rng(0)
    apart = FamilyUnits(
        members.people, {name: units.take(rng.permutation(members.size)) for name, units in members.rows.items()}
    )
    joined, shuffled = (attacked("linked_tables", scene, release) for release in (members, apart))
    assert joined.value > 0.9 and abs(shuffled.value) < 0.05
    assert joined.rates[1].name == "guesser" and joined.rates[1].members < 0.1


def test_likeness_is_that_of_weighted_sets(scene: Scene) -> None:
    few, release = (groups.take(g, np.arange(25)) for g in (scene.real.members, scene.real.synthetic))
    found = Likeness(*of_everything(scene.family, (few, release))).nearest()

    def slowly(group: FamilyUnits, person: int) -> set:
        features = {
            ("own", i, int(c)) for i, c in enumerate(group.people.codes[person, : len(scene.family.codec.names)])
        }
        for table in scene.family.rows:
            units = group.rows[table.name]
            view = units.codes[units.owner == person]
            plain = [i for i, n in enumerate(table.view.names) if n.startswith(f"{table.name}.") and n in table.drawn]
            timed = [table.view.index(n) for n in table.drawn]
            rows = [tuple(map(int, row[plain])) for row in view]
            kinds = {
                "row": rows, "timed": [tuple(map(int, row[timed])) for row in view],
                "step": list(zip(rows, rows[1:], strict=False)),
            }  # fmt: skip
            for kind, seen in kinds.items():
                features |= {(table.name, kind, row, i) for row, n in Counter(seen).items() for i in range(n)}
        return features

    theirs = [slowly(release, i) for i in range(release.size)]
    owned = Counter(feature for features in theirs for feature in features)
    weight = {
        f: log((release.size + 2) / (owned[f] + 1)) for f in {*owned, *(g for i in range(25) for g in slowly(few, i))}
    }
    for person in range(few.size):
        mine = slowly(few, person)
        best = max(sum(weight[f] for f in mine & t) / sum(weight[f] for f in mine | t) for t in theirs)
        assert found[person] == pytest.approx(best, abs=2e-5)


def test_known_events_are_those_of_a_slow_search(scene: Scene) -> None:
    few, release = groups.take(scene.real.members, np.arange(60)), groups.take(scene.real.members, np.arange(30, 230))
    seen = KnownEvents().answers(scene.family, few, release, few, SETTINGS, np.random.default_rng(4))
    (owner, label), (of_synthetic, synthetic) = events(scene.family, (few, release))
    order = np.lexsort((np.random.default_rng(4).random(len(owner)), owner))
    theirs = [Counter(synthetic[of_synthetic == s].tolist()) for s in range(release.size)]
    for person in range(few.size):
        mine = label[order][owner[order] == person].tolist()
        known = Counter(mine[: min(KNOWN, len(mine) - 1)])
        assert seen.asked[person] == (len(mine) >= 2)
        if len(mine) < 2:
            continue
        fits = [s for s, t in enumerate(theirs) if known <= t]
        assert seen.claimed[person] == (len(fits) == 1)
        if len(fits) == 1:
            more = Counter(mine[: len(known) and min(KNOWN, len(mine) - 1) + 1])
            assert seen.by[person] == fits[0] and seen.right[person] == (more <= theirs[fits[0]])
    # Who is in the release twice as well known: the copies of the later thirty are found and nobody is mistaken.
    assert (seen.by[30:][seen.claimed[30:]] == np.flatnonzero(seen.claimed[30:])).all() and seen.claimed[30:].sum() > 5


def test_a_search_that_finds_nothing_makes_the_result_invalid(scene: Scene) -> None:
    class Blind(SharedRuns):
        def search(self, family, everyone, release):
            return exposure(family, everyone, groups.take(release, np.zeros(0, np.int64)))

    result = Blind().run(scene.real, scene.invented, GUARANTEE, SETTINGS, np.random.default_rng(1))
    assert result.status == "invalid"


class Guilty(LinkedTables):
    """Says of early people that they are linked, whatever the release says."""

    def answers(self, family, targets, release, others, settings, rng):
        honest = super().answers(family, targets, release, others, settings, rng)
        return replace(honest, right=honest.right | (np.arange(targets.size) < targets.size // 2))


def test_an_attack_that_accuses_people_who_never_took_part_is_invalid(scene: Scene) -> None:
    result = Guilty().run(scene.real, scene.invented, GUARANTEE, SETTINGS, np.random.default_rng(1))
    assert result.status == "invalid"


def emptied(group: FamilyUnits) -> FamilyUnits:
    return FamilyUnits(group.people, {name: Units(u.codes[:0], u.owner[:0], u.size) for name, u in group.rows.items()})


@pytest.mark.parametrize("name", list(available()))
def test_no_contents_raise(scene: Scene, name: str) -> None:
    nobody = groups.take(scene.real.members, np.zeros(0, np.int64))
    one, some = (groups.take(scene.real.members, np.arange(n)) for n in (1, 12))
    for release in (nobody, one, emptied(some)):
        for people in (nobody, one, emptied(some), some):
            evidence = FamilyEvidence(scene.family, people, one, nobody, release)
            result = find(name).run(evidence, scene.invented, GUARANTEE, SETTINGS, np.random.default_rng(0))
            assert result.status in ("not_resolvable", "invalid", "passed") and np.isfinite(result.value)


def test_a_single_table_is_cut_into_an_earlier_and_a_later_half(scene: Scene) -> None:
    """Without a table of people and with one table, halves of rows are what may be linked."""
    table = scene.family["treatments"]
    alone = replace(scene.family, people=None, codec=replace(scene.family.codec, attributes=()), rows=(table,))
    members = FamilyUnits(scene.real.members.people, {"treatments": scene.real.members.rows["treatments"]})
    seen = LinkedTables().answers(alone, members, members, members, SETTINGS, np.random.default_rng(0))
    several = members.rows["treatments"].rows_per_unit >= 2
    assert (seen.asked == several).all() and seen.right[several].all() and seen.guessed[several].mean() < 0.5


def test_a_secret_is_told_by_the_person_s_own_copy(scene: Scene) -> None:
    members = scene.real.members
    seen = RowSecret().answers(scene.family, members, members, scene.real.reference, SETTINGS, np.random.default_rng(0))
    own = seen.by == np.arange(members.size)
    assert own.sum() > 300 and seen.right[own].all()


def test_rows_are_numbered_alike_where_they_are_equal() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.integers(0, 3, (n, 4)).astype(np.uint16) for n in (40, 0, 60)]
    numbers = np.concatenate(labels(parts))
    rows = np.concatenate(parts)
    assert ((numbers[:, None] == numbers[None]) == (rows[:, None] == rows[None]).all(axis=2)).all()


def test_unknown_names_are_refused() -> None:
    with pytest.raises(PolicyError, match=r"attacks\.across names 'nobody'; available are"):
        find("nobody")


@pytest.mark.parametrize("name", list(available()))
def test_few_invented_people_raise_nothing(scene: Scene, name: str) -> None:
    few = replace(
        scene.invented,
        members=groups.take(scene.invented.members, np.arange(2)),
        reference=groups.take(scene.invented.reference, np.arange(0)),
        control=groups.take(scene.invented.control, np.arange(1)),
        synthetic=groups.take(scene.invented.synthetic, np.arange(1)),
    )
    result = find(name).run(scene.real, few, GUARANTEE, SETTINGS, np.random.default_rng(0))
    assert np.isfinite(result.value) and all(c.outcome != "detected" or c.data == "real" for c in result.controls)
