"""Which attack on whole people sees which leak: releases of three tables that are private, faulty, or of other people.

    python benchmarks/leaks_of_people.py [--people N] [--quick] --json FILE

The cohort is that of `policies/diabetes_cohort.yaml`, simulated: patients, laboratory results, treatments; no record
describes anybody. A fifth of the people stay fresh, a fifth of the others are held out. As in `leaks.py` an attack has
caught a release if it rejects "no leak" at `leaks.FALSE_ALARM`, all attacks together. The exit code is 1 if all attacks
miss a copy (of all people, of one in twenty, of one table), or if fresh people are accused. One copied person in a
hundred, and counts without noise, are too little for so few held-out people at that level.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import leaks
import numpy as np
from relational import measurers

from dpsynth.attacks.across import groups, registry
from dpsynth.attacks.across.base import FamilyEvidence
from dpsynth.attacks.across.twin import twin
from dpsynth.attacks.base import Settings
from dpsynth.attacks.controls import UnprotectedCurator
from dpsynth.attacks.registry import find as find_attack
from dpsynth.attacks.shadow_curator import Trainer
from dpsynth.data.family import BoundedFamily, FamilyUnits
from dpsynth.data.simulated import simulated
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy.accountant import Guarantee, calibrate, compose
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.run.attacks_on_people import known, of_people
from dpsynth.synth.relational import mechanism as relational
from dpsynth.synth.relational.mechanism import Measurers, RelationalMechanism
from dpsynth.utility.relations import cohort

POLICY = Path(__file__).resolve().parents[1] / "policies" / "diabetes_cohort.yaml"
QUICK_PEOPLE, PEOPLE = 1500, 6250
INVENTED = 6000
ON_RECORD = ("focal", "nearest")
COPIED_TABLE = "lab_results"


@dataclass(frozen=True)
class Study:
    """People who play different parts, and what attackers know."""

    loaded: LoadedPolicy
    family: Family
    members: FamilyUnits
    reference: FamilyUnits
    control: FamilyUnits
    fresh: FamilyUnits
    invented: FamilyEvidence
    settings: Settings


@dataclass(frozen=True)
class Release:
    """What is attacked; `leaks` as in `leaks.Release`."""

    name: str
    leaks: bool | None
    members: FamilyUnits
    people: FamilyUnits
    guarantee: Guarantee


def study(people: int, rng: np.random.Generator) -> Study:
    """The cohort, cut into its parts."""
    loaded = load(POLICY)
    family = Family.from_policy(loaded)
    drawn = simulated(loaded, family, people, 11)
    everyone = cohort.together(drawn.train, drawn.reference, drawn.control)
    cuts = (np.cumsum([0.2, 0.08, 0.08]) * everyone.size).astype(np.int64)
    parts = [groups.take(everyone, np.sort(p)) for p in np.split(rng.permutation(everyone.size), cuts)]
    fresh, reference, control, members = parts
    invented = twin(family, simulated(loaded, family, INVENTED, 12), rng)
    return Study(loaded, family, members, reference, control, fresh, invented, known(loaded.policy))


def releases(of: Study, quick: bool, rng: np.random.Generator) -> list[Release]:
    """The releases; a quick run has only some of them."""
    members = of.members
    promise, private = _trained(of, 1.0, rng)
    some = [
        Release("noisy copy", True, members, groups.noisy_copy(of.family, members, rng)[0], promise),
        Release("5 % of people", True, members, _with_people(private, members, 0.05, rng), promise),
        Release("one table copied", True, members, _with_table_of(private, members), promise),
        Release("fresh people", False, of.fresh, private, promise),
    ]
    if quick:
        return [some[0], some[3]]
    unlimited, _ = _planned(of, leaks.UNLIMITED)
    wider, third = _trained(of, 3.0, rng)
    return [
        Release("epsilon 1", None, members, private, promise),
        Release("epsilon 3", None, members, third, wider),
        Release("without noise", None, members, _unprotected(of, unlimited, rng), promise),
        Release("1 % of people", None, members, _with_people(private, members, 0.01, rng), promise),
        *some,
    ]


def _planned(of: Study, epsilon: float) -> tuple[RelationalMechanism, Guarantee]:
    budget = calibrate(Epsilon(epsilon), Delta(of.loaded.policy.privacy.delta))
    mechanism = relational.calibrate(budget, of.family, of.loaded.policy.synthesis, {})
    return mechanism, compose(mechanism.event)


def _trained(of: Study, epsilon: float, rng: np.random.Generator) -> tuple[Guarantee, FamilyUnits]:
    mechanism, promise = _planned(of, epsilon)
    bounded = BoundedFamily(of.members, of.reference, of.control, "")
    return promise, _sampled(of, mechanism, measurers(mechanism, bounded), rng)


def _with_people(release: FamilyUnits, members: FamilyUnits, share: float, rng: np.random.Generator) -> FamilyUnits:
    """The release with a share of its people replaced by members."""
    leaked = round(share * release.size)
    kept, chosen = (np.sort(rng.permutation(n)) for n in (release.size - leaked, leaked))
    return cohort.together(groups.take(release, kept), groups.take(members, chosen))


def _unprotected(of: Study, mechanism: RelationalMechanism, rng: np.random.Generator) -> FamilyUnits:
    exact = {t.name: UnprotectedCurator(of.members.rows[t.name], t.view, t.at_most) for t in of.family.rows}
    return _sampled(of, mechanism, Measurers(UnprotectedCurator(of.members.people, of.family.view, 1), exact), rng)


def _sampled(of: Study, mechanism: RelationalMechanism, answering: Measurers, rng: np.random.Generator) -> FamilyUnits:
    model = mechanism.fit(mechanism.measure(answering))
    drawn = model.sample(of.family, of.loaded.policy.tables, of.members.size, rng)
    return cohort.of_synthetic(of.family, drawn.coded)


def _with_table_of(release: FamilyUnits, members: FamilyUnits) -> FamilyUnits:
    """The release with the rows of one table taken from members, person by person; everything else is private."""
    size = min(release.size, members.size)
    kept, copied = (groups.take(group, np.arange(size)) for group in (release, members))
    return FamilyUnits(kept.people, {**kept.rows, COPIED_TABLE: copied.rows[COPIED_TABLE]})


def leak_table(of: Study, made: Sequence[Release], rng: np.random.Generator) -> list[leaks.Row]:
    """Runs all attacks on whole people on all releases, and two on one record of each: of counts, and of rare rows."""
    names, rows = tuple(registry.available()), []
    confidence = 1 - leaks.FALSE_ALARM / (len(names) + len(ON_RECORD))
    mechanism, _ = _planned(of, 1.0)
    retrain = Trainer(mechanism.people, of.family.view, 1)
    record = of_people(of.invented)
    record = replace(record, synthetic=retrain(record.members, rng))
    for release in made:
        evidence = FamilyEvidence(of.family, release.members, of.reference, of.control, release.people)
        for name, stream in zip(names, rng.spawn(len(names)), strict=True):
            one = registry.find(name).run(evidence, of.invented, release.guarantee, of.settings, stream)
            rows.append(leaks.judged(release.name, one, confidence))
        for name, stream in zip(ON_RECORD, rng.spawn(len(ON_RECORD)), strict=True):
            attack, seen = find_attack(name), of_people(evidence)
            one = attack.run(seen, record, release.guarantee, retrain, of.settings, stream)
            rows.append(leaks.judged(release.name, one, confidence))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two releases of few people")
    parser.add_argument("--people", type=int, help=f"people in all; {PEOPLE}, quick {QUICK_PEOPLE}")
    parser.add_argument("--json", type=Path, required=True)
    given = parser.parse_args()
    rng, start = np.random.default_rng(3), time.process_time()
    of = study(given.people or (QUICK_PEOPLE if given.quick else PEOPLE), rng)
    made = releases(of, given.quick, rng)
    trained = time.process_time()
    rows = leak_table(of, made, rng)
    caught = leaks.verdicts(made, rows)  # type: ignore[arg-type]
    good = all(one.leaks is None or bool(caught[one.name]) == one.leaks for one in made)
    found = {
        "people": {part: getattr(of, part).size for part in ("members", "reference", "control", "fresh")},
        "rows": [asdict(row) for row in rows],
        "caught": caught,
        "as_expected": good,
        "cpu_s": {"releases": trained - start, "attacks": time.process_time() - trained},
    }
    given.json.write_text(json.dumps(found, indent=1))
    print(leaks.markdown(rows))
    print(json.dumps({key: found[key] for key in ("people", "caught", "as_expected", "cpu_s")}))
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
