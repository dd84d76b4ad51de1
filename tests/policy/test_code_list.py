"""Code lists in files of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy, load

POLICY = """\
dpsynth_policy: 1
id: codes
title: {en: Codes}
legal: {controller: Centre, purpose: {en: Teaching}}
release: {audience: public}
source: {population: people, snapshot: s1, max_patients: 1000}
tables:
  visits:
    file: visits.csv
    columns:
      pid: {role: unit_key}
      icd:
        type: category
        domain_file: lists/icd.csv
        nullable: true
        source: doc
privacy:
  contribution: {max_rows_per_unit: 5}
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
"""


def load_with(folder: Path, codes: bytes | None, policy: str = POLICY) -> LoadedPolicy:
    (folder / "lists").mkdir()
    if codes is not None:
        (folder / "lists" / "icd.csv").write_bytes(codes)
    (folder / "p.yaml").write_text(policy, encoding="utf-8")
    return load(folder / "p.yaml")


LISTS = {
    "plain": (b"E10\nE11\n", ("E10", "E11")),
    "header": (b"code,text\nE10,Type 1\n\nE11,Type 2", ("E10", "E11")),
    "header with the column's name": (b"ICD\nE10\n", ("E10",)),
    "any other first line is a level": (b"diagnosis\nE10\n", ("diagnosis", "E10")),
    "a header stands in the first line alone": (b"E10\ncode\n", ("E10", "code")),
    "byte order mark, Windows, quotes, spaces": (b'\xef\xbb\xbfcode\r\n"E10, a"\r\n 01 \r\n', ("E10, a", "01")),
}


@pytest.mark.parametrize("name", LISTS)
def test_the_first_column_is_the_list(name: str, tmp_path: Path) -> None:
    codes, expected = LISTS[name]
    assert load_with(tmp_path, codes).code_lists == {"icd": expected}


FAULTS = {
    "none": (None, "icd.csv: there is no such file."),
    "empty": (b"", "icd.csv: the code list is empty."),
    "header alone": (b"code\n", "icd.csv: the code list is empty."),
    "twice": (b"E10\nE11\nE10\n", "icd.csv:3: 'E10' stands twice, first in line 1."),
    "twice with spaces": (b"E10\n E10\n", "icd.csv:2: 'E10' stands twice"),
    "no code": (b"E10,x\n,y\n", "icd.csv:2: An empty level"),
    "semicolons": (b"code;text\nE10;x\n", "icd.csv:1: 'code;text' holds a semicolon"),
    "control character": (b"E10\nE\x0011\n", "icd.csv:2: A level cannot hold control characters."),
    "open quote": (b'E10\n"E11\n', "this is not a comma-separated file"),
    "not UTF-8": (b"E10\n\xff\n", "line 2 is not UTF-8"),
    "long": (b"\n".join(b"%d" % i for i in range(60_001)), "60001 levels; at most 60000 are allowed"),
    "label of missing": (b"E10\nmissing\n", "'missing' is the label of missing cells"),
    "label of other": (b"E10\nother\n", "other is 'other', which is also in the domain"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_the_list_and_the_line_of_the_policy(name: str, tmp_path: Path) -> None:
    codes, words = FAULTS[name]
    with pytest.raises(PolicyError) as caught:
        load_with(tmp_path, codes)
    error = str(caught.value)
    assert error.startswith(f"{tmp_path / 'p.yaml'}:14: tables.visits.columns.icd.domain_file: ")
    assert words in error and "\n" not in error


@pytest.mark.parametrize("file", ['"a\\0b"', ".", "lists", "/", "../" * 60 + "none"])
def test_a_path_that_is_no_file(file: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"p.yaml:14: "):
        load_with(tmp_path, None, POLICY.replace("lists/icd.csv", file))


def test_lists_may_lie_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    folder.mkdir()
    (tmp_path / "icd.csv").write_text("E10\n")
    for file in ("../icd.csv", str(tmp_path / "icd.csv")):
        (folder / "p.yaml").write_text(POLICY.replace("lists/icd.csv", file))
        assert load(folder / "p.yaml").code_lists == {"icd": ("E10",)}


def test_the_digest_covers_the_levels(tmp_path: Path) -> None:
    first = load_with(tmp_path, b"E10\nE11\n")
    (tmp_path / "lists" / "icd.csv").write_bytes(b"code\nE10\nE11\n")
    assert load(tmp_path / "p.yaml").digest == first.digest
    (tmp_path / "lists" / "icd.csv").write_bytes(b"E10\nE12\n")
    assert load(tmp_path / "p.yaml").digest != first.digest
