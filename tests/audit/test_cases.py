"""The small policy and its worst people."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from dpsynth.audit import standard
from dpsynth.audit.cases import MANY, cases
from dpsynth.audit.game import trained_on
from dpsynth.audit.route import Route
from dpsynth.audit.setting import setting_of
from dpsynth.audit.suite import MECHANISMS
from dpsynth.policy.load import load
from tests.run.study import POLICY

POLICIES = Path(__file__).resolve().parents[2] / "policies"


def settings(tmp_path: Path):
    small = tmp_path / "policy.yaml"
    small.write_text(POLICY.replace("ATTACKS", ""))
    # Models of a simulation lie beside the policies. Games are played on one table.
    loaded = [load(p) for p in sorted(POLICIES.glob("*.yaml")) if not p.stem.endswith("_simulation")]
    alone = [policy for policy in loaded if len(policy.policy.tables) == 1]
    return [setting_of(policy) for policy in (*alone, load(small))] + [standard.setting(name) for name in MECHANISMS]


def test_an_audit_table_is_small(tmp_path: Path) -> None:
    for setting in settings(tmp_path):
        sizes = list(setting.domain.sizes.values())
        assert 1 <= len(sizes) <= 6
        assert sum(sizes) + sum(a * b for a, b in combinations(sizes, 2)) <= 200
        setting.synthesizer  # the policy's wishes fit the columns


def test_the_worst_person_is_like_nobody(tmp_path: Path) -> None:
    """Its levels are in no other row, in every column that has two levels; and it fills the contribution bound."""
    for setting in settings(tmp_path):
        case = cases(setting)[0]
        assert case.name == "nobody_like_it"
        columns = {name: case.others.column(name) for name in setting.domain.names}
        others = setting.domain.encode(columns)
        own = setting.domain.encode({name: case.person.column(name) for name in setting.domain.names})
        assert len(own) == setting.contribution.max_rows_per_unit
        assert (own == own[0]).all()
        for i, attribute in enumerate(setting.domain.attributes):
            assert attribute.size < 2 or own[0, i] not in others[:, i]


def test_every_case_comes_in_and_goes_out(tmp_path: Path) -> None:
    """The person adds one unit of the bounded rows, or none for rows without an id; the others stay as they are."""
    for setting in settings(tmp_path)[:2]:
        for case in cases(setting):
            key = trained_on(setting, case)
            without, present = (Route().units(setting, setting.domain, case.world(side), key) for side in (False, True))
            most = setting.contribution.max_rows_per_unit
            expected = {"one_row": 1, "rows_without_id": 0}.get(case.name, most)
            assert present.rows - without.rows == expected
            assert present.size - without.size == (expected > 0)


def test_somebody_has_far_too_many_rows() -> None:
    many = next(c for c in cases(standard.setting("mst")) if c.name == "many_rows")
    assert many.person.num_rows == MANY


def test_odd_cells_get_odd_levels() -> None:
    """Unknown words become `other`, gaps become `missing`, far numbers the last bin: nothing raises."""
    setting = standard.setting("mst")
    by_name = {c.name: c for c in cases(setting)}

    def codes(name: str):
        person = by_name[name].person
        return setting.domain.encode({n: person.column(n) for n in setting.domain.names})[0].tolist()

    sex, age, sick = setting.domain.attributes
    assert codes("unreadable_cells") == [sex.other, age.missing, sick.missing]
    assert codes("all_missing") == [sex.other, age.missing, sick.missing]
    assert codes("extreme_values") == [sex.other, 1, sick.missing]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_table_of_few_columns(columns: int) -> None:
    setting = standard.setting("clique_tree", columns=columns)
    assert len(setting.domain.names) == columns and len(cases(setting)) == 11
