"""The attacks of a release of several tables: which are run, on what, and what happens when one breaks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dpsynth.attacks.across import registry
from dpsynth.attacks.across.whole_person import WholePerson
from dpsynth.data.simulated import simulated
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.run import attacks_on_people
from dpsynth.synth.relational.mechanism import calibrate

POLICY = Path(__file__).resolve().parents[2] / "policies" / "diabetes_cohort.yaml"


def told(run: tuple[str, ...], across: tuple[str, ...]) -> LoadedPolicy:
    loaded = load(POLICY)
    attacks = loaded.policy.attacks.model_copy(update={"run": run, "across": across})
    return replace(loaded, policy=loaded.policy.model_copy(update={"attacks": attacks, "source": fewer(loaded)}))


def fewer(loaded: LoadedPolicy):
    return loaded.policy.source.model_copy(update={"max_patients": 800})


def attacked(loaded: LoadedPolicy, guard):
    """Simulated people in the part of real ones, and of the release a copy of those who were trained on."""
    family = Family.from_policy(loaded)
    budget = accountant.calibrate(Epsilon(1.0), Delta(1e-6))
    mechanism = calibrate(budget, family, loaded.policy.synthesis, {})
    source = simulated(loaded, family, 800, 5)
    promise = accountant.compose(mechanism.event)
    return attacks_on_people.attack(loaded, mechanism, source, source.train, promise, np.random.default_rng(0), guard)


def plain(name, step, otherwise):
    return step()


def test_attacks_see_one_record_of_each_person_and_whole_people() -> None:
    found = attacked(told(("dcr",), ("linked_tables", "shared_runs")), plain)
    assert [r.attack for r in found] == ["dcr", "linked_tables", "shared_runs"]
    assert all(r.interval.low > r.baseline for r in found)  # everybody was copied
    assert {c.data for r in found for c in r.controls} == {"real", "surrogate"}


def test_an_attack_that_breaks_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_):
        raise RuntimeError("a row said so")

    monkeypatch.setattr(WholePerson, "run", broken)
    seen = []

    def guard(name, step, otherwise):
        try:
            return step()
        except RuntimeError:
            seen.append(name)
            return otherwise

    found = attacked(told((), ("whole_person", "event_sets")), guard)
    assert seen == ["attack-whole_person"] and [r.attack for r in found] == ["event_sets"]


def test_columns_are_named_with_their_table() -> None:
    settings = attacks_on_people.known(load(POLICY).policy)
    assert settings.quasi_identifiers == ("patients.sex", "patients.birth_date", "patients.region")
    assert {"lab_results.grade", "treatments.atc"} <= set(settings.secrets)
    family = Family.from_policy(load(POLICY))
    assert set(settings.quasi_identifiers) <= set(family.view.names)


def test_the_default_of_a_policy_is_all_that_come_with_the_program() -> None:
    assert set(load(POLICY).policy.attacks.across) == set(registry.available())
