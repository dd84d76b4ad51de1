"""The README tells a stranger what the bundle is, in plain text, and its commands work."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dpsynth.release import tables
from dpsynth.release.datapackage import data_package
from dpsynth.release.readme import WIDTH, readme
from dpsynth.report.words import speak
from tests.release.sample import CATALOGUE, CREATED, PARTS, SAFE, facts, published

SECTIONS = (
    "WHAT THIS IS", "FILES", "WHAT WAS PROTECTED, AND HOW STRONGLY", "WHAT WAS NOT PROTECTED",
    "WHAT THE DATA ARE GOOD FOR, AND WHAT NOT", "HOW TO LOAD", "HOW TO CITE", "WHOM TO ASK",
    "HOW TO CHECK THAT NOTHING WAS CHANGED", "WHAT ELSE IS DIGESTED",
)  # fmt: skip
KINDS = {"string": "string", "boolean": "boolean", "Int64": "integer", "Float64": "number"}
"""Type of pandas that can be missing -> type of the standard."""


def made(**changes: Any) -> str:
    p = published(**changes)
    return readme(p, facts(p), PARTS)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_sections_come_in_the_order_of_a_readers_questions() -> None:
    lines = made().splitlines()
    assert [line for line in lines if line in SECTIONS] == list(SECTIONS)
    assert not [line for line in lines if len(line) > WIDTH and not line.startswith("    ") and " " in line.strip()]
    assert not [line for line in lines if line != line.rstrip()]


def test_numbers_are_those_of_the_facts() -> None:
    p = published()
    f, said = facts(p), flat(made())
    assert f"A table of {p.synthetic_rows:,} synthetic rows, with 7 columns and the key zper" in said
    assert "epsilon 2 and delta 1e-06" in said and "a factor of at most 7.39" in said
    point = f["ceiling"]["points"][0]
    assert f"finds on average at most {point['found']} of 1,000 people" in said
    assert f"accuse 10 finds at most {f['ceiling']['points'][1]['found']}; guessing finds 10" in said
    group = f["ceiling"]["group"]
    assert f"at most {group['found']} of 1,000, not {point['found']}, and" in said
    assert f"the total is epsilon {f['budget']['epsilon_total']:.3g} of 5" in said
    assert f"{100 * f['utility']['paid_two_way']['mean']:.1f} percent of the rows" in said
    below = speak("en").n.up(f["rare_levels"]["below_rows"], 0)
    assert f"fewer than {below} real rows" in said, "the number of the report"
    unpaid = published(paid_two_way=None)
    two = facts(unpaid)["utility"]["free_two_way"]
    assert f"over the {two['marginals']} pairs that were measured" in flat(readme(unpaid, facts(unpaid), PARTS))


def test_it_never_promises_too_much() -> None:
    assert not re.search("anonym|no risk|safe to", made(), re.IGNORECASE)
    for changes in ({"noise_is_private": False}, {"rehearsal": True}):
        assert "NOT A RELEASE" in flat(made(**changes))
    assert "NOT A RELEASE" not in made() and "DEMONSTRATION" not in made()
    assert "do not use it, do not pass it on" in flat(made()), "nobody has approved a bundle that was just sealed"
    demonstration = published(budget=dataclasses.replace(published().budget, throw_away=True))
    head = flat(readme(demonstration, facts(demonstration), PARTS)).partition(" Release ")[0]
    assert "DEMONSTRATION" in head, "before anything else"
    assert "Declared for this release: A step outside." in flat(made(unprotected=("A step outside.",)))


def test_what_the_policy_says_is_said() -> None:
    said = flat(made())
    for text in (
        f"Title {SAFE}", f"Publisher {SAFE}", f"CC-BY-4.0 (Licence {SAFE})", f"About {SAFE}", f"People {SAFE}",
        "1974-01-01 to 1982-12-31", f"Land {SAFE}, Dayton", f"Study {SAFE} 2 https://doi.org/10.1/x", f"Desk {SAFE}",
        "o'brien+data@centre.example", "https://centre.example/ask",
    ):  # fmt: skip
        assert flat(text) in said, text
    assert not {"\u202e", "\x1b", "\x85", "\u2028", "\t"} & set(made())


def test_what_it_does_not_say_it_tells_to_ask() -> None:
    said = flat(made(catalogue=None))
    assert "none is stated: ask before you use the data" in said
    assert "No contact is stated. Ask Example Research Data Centre." in said
    assert f"Example Research Data Centre (2026): Title {SAFE}." in said


def test_a_citation_of_the_policy_is_kept() -> None:
    assert "HOW TO CITE\n\nLike this.\n" in made(catalogue=CATALOGUE | {"citation": "Like\nthis."})


def test_every_file_is_listed() -> None:
    listed = made().split("\nFILES\n")[1].split("\nWHAT WAS PROTECTED")[0]
    for path in (*(part.path for part in PARTS), "README.txt", "SHA256SUMS", "manifest.json", "signatures/*"):
        assert re.search(rf"^{re.escape(path)}\s", listed, re.MULTILINE), path


def test_the_python_lines_load_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    p = published()
    rng = np.random.default_rng(2)
    codes = np.stack([rng.integers(0, size, 50) for size in p.domain.sizes.values()], axis=1).astype(np.uint16)
    files = {form: tmp_path / f"data/SYN_person_years.{form}" for form in ("csv", "parquet")}
    tables.write(files, tables.synthetic_tables(p.policy, p.domain, [codes], rng))
    code = made().split("Python:\n")[1].split("\nR:\n")[0]
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code), names)
    table, texts = names["table"], names["texts"]
    assert isinstance(table, pd.DataFrame) and len(table) == len(texts) == 50
    assert list(table.columns) == list(texts.columns)
    assert set(texts["site"].dropna()) <= {"1", "2", "3", "4", "5", "6", "other"}
    assert (texts["coins"].isna() == table["coins"].isna()).all()
    package = data_package(p, CREATED, PARTS)
    declared = {f["name"]: f["type"] for f in package["resources"][0]["schema"]["fields"]}
    assert table["female"].isna().any(), "a missing cell makes no text of a column, and no float of whole numbers"
    assert {name: KINDS[str(kind)] for name, kind in table.dtypes.items() if declared[name] != "date"} == {
        name: kind for name, kind in declared.items() if kind != "date"
    }
