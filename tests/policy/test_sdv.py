"""SDV's metadata, out of a policy and into a draft."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from dpsynth.cli import app
from dpsynth.errors import PolicyError
from dpsynth.policy.load import load
from dpsynth.policy.sdv import export_metadata, import_metadata
from tests.policy.family import write


def test_a_policy_becomes_metadata(tmp_path: Path) -> None:
    found = export_metadata(load(write(tmp_path)))
    assert found["METADATA_SPEC_VERSION"] == "V1" and set(found["tables"]) == {
        "patients",
        "stays",
        "labs",
        "drugs",
        "atc",
    }
    assert found["tables"]["patients"]["primary_key"] == "pid" and "primary_key" not in found["tables"]["labs"]
    assert found["tables"]["labs"]["columns"]["value"] == {"sdtype": "numerical", "computer_representation": "Float"}
    assert found["tables"]["stays"]["columns"]["left"]["sdtype"] == "datetime"
    relations = {(r["child_table_name"], r["child_foreign_key"]): r for r in found["relationships"]}
    assert relations["labs", "stay"]["parent_primary_key"] == "stay"
    assert relations["labs", "drug"]["parent_table_name"] == "drugs"
    assert relations["drugs", "atc"]["parent_table_name"] == "atc"
    assert relations["stays", "pid"]["parent_table_name"] == "patients"


def test_a_draft_has_the_tables_and_keys_of_the_metadata(tmp_path: Path) -> None:
    text = import_metadata(json.dumps(export_metadata(load(write(tmp_path)))), "again")
    tables = YAML(typ="safe").load(text)["tables"]
    assert [tables[name].get("parent") for name in tables] == [None, "patients", "stays", "patients"]
    assert tables["labs"]["columns"]["stay"] == {"role": "parent_key"}
    assert tables["labs"]["columns"]["drug"] == {"role": "link", "references": "drugs"}
    assert (
        tables["stays"]["columns"]["stay"] == {"role": "key"}
        and tables["stays"]["columns"]["pid"]["role"] == "unit_key"
    )
    assert YAML(typ="safe").load(text)["public_tables"]["atc"]["key"] == "atc"
    (tmp_path / "draft.yaml").write_text(text)
    with pytest.raises(PolicyError, match="FILL_IN"):  # a person must fill it in, and only that is left to do
        load(tmp_path / "draft.yaml")


def test_a_table_without_the_key_of_people_is_marked() -> None:
    metadata = {
        "METADATA_SPEC_VERSION": "V1",
        "tables": {
            "people": {"columns": {"id": {"sdtype": "id"}, "name": {"sdtype": "name"}}, "primary_key": "id"},
            "visits": {"columns": {"v": {"sdtype": "id"}, "id": {"sdtype": "id"}}, "primary_key": "v"},
            "tests": {"columns": {"v": {"sdtype": "id"}, "n": {"sdtype": "numerical"}}},
        },
        "relationships": [
            {"parent_table_name": "people", "parent_primary_key": "id", "child_table_name": "visits", "child_foreign_key": "id"},
            {"parent_table_name": "visits", "parent_primary_key": "v", "child_table_name": "tests", "child_foreign_key": "v"},
        ],
    }  # fmt: skip
    tables = YAML(typ="safe").load(import_metadata(json.dumps(metadata), "x"))["tables"]
    assert tables["tests"]["columns"]["FILL_IN"] == {"role": "unit_key"} and tables["tests"]["parent"] == "visits"
    assert tables["people"]["columns"]["name"] == {"role": "drop"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no metadata of SDV"),
        ("[]", "no metadata of SDV"),
        ('{"tables": {}}', "METADATA_SPEC_VERSION is None"),
        ('{"METADATA_SPEC_VERSION": "V9", "tables": {"a": {"columns": {"x": {}}}}}', "METADATA_SPEC_VERSION is 'V9'"),
        ('{"METADATA_SPEC_VERSION": "V1", "tables": {"a": {"columns": {}}}}', "no metadata of SDV"),
    ],
)
def test_other_files_are_refused_in_one_line(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(PolicyError, match=words):
        import_metadata(text, "x")
    answer = CliRunner().invoke(app, ["policy", "import-sdv", str(tmp_path / "m.json")])
    assert answer.exit_code != 0


def test_the_commands_print_both_forms(tmp_path: Path) -> None:
    path = write(tmp_path)
    out = CliRunner().invoke(app, ["policy", "export-sdv", str(path)])
    assert out.exit_code == 0 and json.loads(out.stdout)["tables"]["atc"]["primary_key"] == "atc"
    (tmp_path / "m.json").write_text(out.stdout)
    back = CliRunner().invoke(app, ["policy", "import-sdv", str(tmp_path / "m.json"), "--id", "again"])
    assert back.exit_code == 0 and "id: again" in back.stdout
