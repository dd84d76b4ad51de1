"""What a policy may say to catalogues and readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dpsynth.errors import PolicyError
from dpsynth.policy.catalogue import Catalogue
from dpsynth.policy.load import LoadedPolicy, load
from tests.policy.test_wishes import POLICY


def written(value: Any) -> str:
    """JSON, which is YAML but for characters that it writes in two halves."""
    return json.dumps(value).replace("\\ud83d\\ude00", "😀")


def read(folder: Path, catalogue: Any = None, sex: str = "") -> LoadedPolicy:
    text = POLICY.replace("domain: [f, m, 3]", f"domain: [f, m, 3]{sex}")
    if catalogue is not None:
        text = text.replace("source: {pop", f"catalogue: {written(catalogue)}\nsource: {{pop")
    (folder / "policy.yaml").write_text(text)
    return load(folder / "policy.yaml")


def refused(folder: Path, catalogue: Any = None, sex: str = "") -> str:
    with pytest.raises(PolicyError) as error:
        read(folder, catalogue, sex)
    said = str(error.value)
    assert said.startswith(str(folder / "policy.yaml") + ":") and "\n" not in said
    return said


def test_a_policy_may_leave_it_out(tmp_path: Path) -> None:
    assert read(tmp_path).policy.catalogue == Catalogue()


def test_everything_at_once(tmp_path: Path) -> None:
    from tests.release.sample import CATALOGUE

    found = read(tmp_path, CATALOGUE).policy.catalogue
    assert found == Catalogue.model_validate_json(json.dumps(CATALOGUE))


@pytest.mark.parametrize(
    "catalogue, word",
    [
        ({"contact": {"name": "Desk"}}, "nobody can be reached. Give email or page."),
        ({"contact": {"name": "Desk", "email": "a b@x.org"}}, "a mail address such as data@example.org"),
        ({"contact": {"name": "Desk", "email": "a@x"}}, "a mail address such as data@example.org"),
        ({"page": "ftp://x.org/"}, "an address that begins with http:// or https://"),
        ({"page": "https://x.org/a b"}, "an address that begins with http:// or https://"),
        ({"page": 'https://x.org/"><script>'}, "an address that begins with http:// or https://"),
        ({"page": "javascript:alert(1)"}, "an address that begins with http:// or https://"),
        ({"licence": {"name": "CC BY"}}, "such as CC-BY-4.0"),
        ({"period": {"start": "1974", "end": "1982-12-31"}}, "a day as YYYY-MM-DD"),
        ({"period": {"start": "1974-02-30", "end": "1982-12-31"}}, "which is not a day"),
        ({"period": {"start": "1983-01-01", "end": "1982-12-31"}}, "start must not be after end"),
        ({"ages": {"min": 66, "max": 65}}, "min must not be above max"),
        ({"health_categories": ["rqsh"]}, "capital letters, such as RQSH"),
        ({"health_categories": ["RQSH", "RQSH"]}, "lists 'RQSH' twice"),
        ({"keywords": ["a", "a"]}, "lists 'a' twice"),
        ({"publisher": {"name": "X", "type": "No Such"}}, "a name of lower-case letters"),
        ({"license": {}}, "Did you mean licence?"),
        ({"description": {"xx": "text"}}, "en"),
    ],
)
def test_what_is_refused(tmp_path: Path, catalogue: Any, word: str) -> None:
    assert word in refused(tmp_path, catalogue)


@pytest.mark.parametrize(
    "sex, word",
    [
        (", labels: {x: unknown}", "labels explains 'x', which is not in domain"),
        (", labels: {f: same, m: same}", "labels says 'same' of two levels"),
        (", labels: {}", "at least 1"),
        (", coding_system: {version: '2024'}", "name"),
    ],
)
def test_labels_and_coding_systems(tmp_path: Path, sex: str, word: str) -> None:
    assert word in refused(tmp_path, sex=sex)


def test_labels_need_the_levels_in_the_policy(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("f\nm\n")
    text = POLICY.replace("domain: [f, m, 3]", "domain_file: list.csv, labels: {f: female}")
    (tmp_path / "policy.yaml").write_text(text)
    with pytest.raises(PolicyError, match="Move them to domain"):
        load(tmp_path / "policy.yaml")


def test_numbers_as_levels_have_labels(tmp_path: Path) -> None:
    column = read(tmp_path, sex=", labels: {f: female, 3: third}").policy.table.modelled["sex"]
    assert column.labels == {"f": "female", "3": "third"}  # type: ignore[union-attr]


def test_it_is_part_of_the_digest(tmp_path: Path) -> None:
    assert read(tmp_path).digest != read(tmp_path, {"keywords": ["a"]}).digest
