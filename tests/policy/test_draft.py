"""Drafting a policy from names and declared types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.errors import PolicyError
from dpsynth.policy import yaml_text
from dpsynth.policy.draft import draft
from dpsynth.policy.load import LoadedPolicy, load

TYPED: dict[str, pa.DataType | None] = {
    "patient_id": pa.int64(),
    "age": pa.int8(),
    "cost": pa.decimal128(9, 3),
    "bmi": pa.float32(),
    "died": pa.bool_(),
    "admitted": pa.timestamp("us"),
    "sex": pa.dictionary(pa.int8(), pa.string()),
    "notes": pa.list_(pa.string()),
}

ANSWERS = {
    "admitted.min": "2020-01-01", "admitted.max": "2020-12-31",  # the first that fits is taken
    "title.en": "Hospital", "legal.controller": "Centre", "legal.purpose.en": "Teaching", "source.population": "people",
    "source.snapshot": "s1", "source.max_patients": "1000", "min": "0", "max": "100", "source": "assumed",
    "domain": "[f, m]", "type": "boolean",
    "privacy.contribution.max_rows_per_unit": "5", "delta": "1e-6",
}  # fmt: skip


def fill(text: str, answers: dict[str, str]) -> str:
    """Does what the steward does."""
    document = yaml_text.read(text)
    lines = text.split("\n")
    for path, line in document.lines.items():
        name = yaml_text.dotted(path)
        value = next((v for end, v in answers.items() if name == end or name.endswith(f".{end}")), None)
        if "FILL_IN" in lines[line - 1] and value is not None:
            lines[line - 1] = lines[line - 1].replace("FILL_IN", value)
    return "\n".join(lines)


def load_text(folder: Path, text: str) -> LoadedPolicy:
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    return load(folder / "p.yaml")


def test_a_draft_is_refused_at_each_place_that_is_not_filled_in(tmp_path: Path) -> None:
    text = draft(TYPED, "data/visits.parquet", "visits")
    assert text.startswith("# yaml-language-server: $schema=policy.schema.json\n")
    with pytest.raises(PolicyError) as caught:
        load_text(tmp_path, text)
    lines = str(caught.value).split("\n")
    assert all("is still FILL_IN. Fill it in." in line for line in lines[:10]) and "more faults" in lines[10]
    first = int(lines[0].split(":")[1])
    assert text.split("\n")[first - 1].strip().startswith("en: FILL_IN")


def test_a_draft_that_is_filled_in_loads(tmp_path: Path) -> None:
    text = fill(draft(TYPED, "data/visits.parquet", "visits"), ANSWERS)
    key = text.index("      patient_id:\n")
    end = text.index("\n\n", key)
    with pytest.raises(PolicyError, match="0 columns have role: unit_key"):
        load_text(tmp_path, text)
    loaded = load_text(tmp_path, f"{text[:key]}      patient_id: {{role: unit_key}}{text[end:]}")
    columns: dict[str, Any] = dict(loaded.policy.table.columns)
    assert list(columns) == list(TYPED)
    kinds = [columns[name].type for name in ("age", "cost", "bmi", "died", "admitted", "sex")]
    assert kinds == ["integer", "real", "real", "boolean", "date", "category"]
    assert columns["cost"].decimals == 3 and columns["bmi"].decimals == 2 and columns["notes"].role == "drop"
    assert loaded.policy.table.file == "data/visits.parquet" and loaded.policy.id == "visits"


def test_a_header_line_gives_names_alone(tmp_path: Path) -> None:
    text = draft({"pid": None, "age": None}, "visits.csv", "visits")
    assert text.count("type: FILL_IN") == 2
    assert "may identify the person" in text.split("      pid:")[0].split("\n")[-2]
    assert "may identify the person" not in text.split("      age:")[0].split("\n")[-2]
    text = fill(text, ANSWERS)
    key, age = text.index("      pid:\n"), text.index("      age:\n")
    loaded = load_text(tmp_path, f"{text[:key]}      pid: {{role: unit_key}}\n{text[age:]}")
    assert list(loaded.policy.table.columns) == ["pid", "age"]


def test_names_that_repeat_or_cannot_be_used_become_comments() -> None:
    text = draft([("a", None), ("", None), ("a", None), ("A", None), ("b\x00", None), ("x" * 129, None)], "x.csv", "x")
    document = yaml_text.read(text)
    assert document.faults == [] and list(document.value["tables"]["records"]["columns"]) == ["a", "A"]
    for words in (
        "Column 2 cannot be used: it has no name.",
        "Column 3 has the name a once more.",
        "cannot tell this name from a.",
        "Column 5 cannot be used: its name holds control characters.",
        "Column 6 cannot be used: its name is longer",
    ):
        assert words in text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=4, unique=True), st.text(min_size=1, max_size=12))
def test_any_names_give_valid_yaml_with_the_same_names(names: list[str], file: str) -> None:
    document = yaml_text.read(draft(dict.fromkeys(names, pa.int8()), file, "x"))
    assert document.faults == []
    usable = [n for n in names if n.strip() and not any(c < " " or c == "\x7f" for c in n)]
    assert list(document.value["tables"]["records"]["columns"] or {}) == usable
    assert document.value["tables"]["records"]["file"] == file


def test_wrong_arguments_are_policy_errors() -> None:
    with pytest.raises(PolicyError, match="id of the policy was given 'My Policy'; allowed: lower-case"):
        draft({"a": None}, "x.csv", "My Policy")
    with pytest.raises(PolicyError, match="there are no columns"):
        draft({}, "x.csv", "x")
