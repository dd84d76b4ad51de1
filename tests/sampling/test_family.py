"""Several tables: conditions, balance and copies of people are exact, and every row follows its person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dpsynth.domain.family import Family
from dpsynth.errors import UsageError
from dpsynth.sampling.conditions import evidence
from dpsynth.sampling.family import FamilyTrained, Tables, conditions_in_view, draw_tables, in_view
from dpsynth.sampling.trained import Draw, Wish
from dpsynth.testing.samplers import RoundedGaussian
from tests.synth.families.cohort import calibrated, measurers, opened, policy


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> FamilyTrained:
    loaded = policy(tmp_path_factory.mktemp("cohort"))
    family = Family.from_policy(loaded)
    mechanism = calibrated(loaded, family, 4.0)
    noise = RoundedGaussian(np.random.default_rng(3))
    measured = mechanism.measure(measurers(mechanism, opened(loaded, family, 1500), noise))
    return FamilyTrained(loaded.policy, family, mechanism.fit(measured), measured, mechanism.fit)


def drawn(trained: FamilyTrained, wish: Wish, given: list[str] = []) -> list[Tables]:  # noqa: B006
    codes = evidence(trained.family.view, conditions_in_view(trained.family, given))
    wish = replace(wish, given=codes)
    return list(draw_tables(trained, Draw(trained.people, wish)))


def test_people_meet_conditions_and_their_rows_follow(trained: FamilyTrained) -> None:
    (women,) = drawn(trained, Wish(3000, seed=1), ["sex=f"])
    (men,) = drawn(trained, Wish(3000, seed=1), ["sex=m"])
    assert set(women.tables["patients"]["sex"].to_pylist()) == {"f"} and women.weights is None
    assert women.tables["patients"].num_rows == 3000
    # Sick people are the men here: they have more drugs, and another one.
    assert men.tables["drugs"].num_rows > 2 * women.tables["drugs"].num_rows
    for tables in (women.tables, men.tables):
        keys = set(tables["patients"]["pid"].to_pylist())
        stays = set(tables["stays"]["stay"].to_pylist())
        assert len(keys) == 3000 and all(key.startswith("SYN") for key in keys)
        assert set(tables["stays"]["pid"].to_pylist()) <= keys and set(tables["labs"]["stay"].to_pylist()) <= stays


def test_balanced_people_carry_weights_and_so_do_their_rows(trained: FamilyTrained) -> None:
    (even,) = drawn(trained, Wish(4000, balance="stays:rows", seed=2))
    people, weights = even.tables["patients"].to_pandas(), even.weights["patients"]
    share = trained.model.people.marginal(("stays:rows",))
    assert weights.mean() == pytest.approx(1, abs=0.02)
    without = ~people["pid"].isin(even.tables["stays"]["pid"].to_pylist()).to_numpy()
    assert weights[without].sum() / 4000 == pytest.approx(share[0], abs=0.02)
    assert without.mean() < share[0] - 0.05  # people without stays are frequent, and were given fewer places
    of_person = dict(zip(people["pid"], weights, strict=True))
    for name in ("stays", "labs", "drugs"):
        expected = [of_person[key] for key in even.tables[name]["pid"].to_pylist()]
        np.testing.assert_array_equal(even.weights[name], expected)


def test_copies_differ_in_every_table_and_tell_how_uncertain_a_share_is(trained: FamilyTrained) -> None:
    copies = drawn(trained, Wish(1500, copies=3, seed=3))
    assert [c.copy for c in copies] == [1, 2, 3]
    for name in ("patients", "stays", "labs", "drugs"):
        assert not copies[0].tables[name].equals(copies[1].tables[name]), name
    again = drawn(trained, Wish(1500, copies=3, seed=3))
    assert all(again[2].tables[name].equals(table) for name, table in copies[2].tables.items())
    rng = np.random.default_rng(1)
    models = [trained.copy(rng) for _ in range(3)]
    for name, model in trained.model.rows.items():
        column = model.columns[0].name
        shares = {model.marginal((column,)).tobytes(), *(m.rows[name].marginal((column,)).tobytes() for m in models)}
        assert len(shares) == 4, name
        assert [c.group for c in models[0].rows[name].columns] == [c.group for c in model.columns]


def test_names_of_the_policy_are_understood_and_others_refused(trained: FamilyTrained) -> None:
    family = trained.family
    assert in_view(family, "sex") == "patients.sex" and in_view(family, "patients.sex") == "patients.sex"
    assert conditions_in_view(family, ["sex=f,died=missing", "stays:rows=0"]) == [
        "patients.sex=f,patients.died=missing", "stays:rows=0",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="'patients.sex'"):
        drawn(trained, Wish(10), ["ward=a"])
    with pytest.raises(UsageError, match="balance is 'ward'"):
        Draw(trained.people, Wish(10, balance=in_view(family, "ward")))
