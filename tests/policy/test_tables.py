"""Several tables in a policy: they load, hang together, and every fault is one line that names its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpsynth.domain.domain import Domain
from dpsynth.errors import PolicyError
from dpsynth.policy import graph
from dpsynth.policy.load import load
from tests.policy.family import CATALOGUE, FAMILY, write


def faults(folder: Path, text: str, catalogue: str = CATALOGUE) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load(write(folder, text, catalogue))
    return str(caught.value).replace(f"{folder}/", "").split("\n")


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_four_tables_load(tmp_path: Path) -> None:
    loaded = load(write(tmp_path))
    policy = loaded.policy
    assert policy.table_name == "patients" and policy.is_relational
    assert graph.levels(policy.tables) == {"patients": 1, "stays": 2, "labs": 3, "drugs": 2}
    assert graph.order(policy.tables) == ("patients", "stays", "drugs", "labs")  # labs link to drugs
    assert [s.name for s in policy.tables["labs"].rows.summaries] == ["mean(value)", "mode(code)", "ever(code: hba1c)"]
    assert loaded.lists_of("drugs") == {"atc": ("A10BA02", "C09AA05")} and loaded.lists_of("labs") == {}
    assert Domain.from_table(policy.tables["drugs"], loaded.lists_of("drugs")).sizes == {"atc": 3}
    assert list(policy.tables["stays"].modelled) == ["day", "left", "ward"]


def test_the_catalogue_is_part_of_the_digest(tmp_path: Path) -> None:
    first = load(write(tmp_path)).digest
    assert load(write(tmp_path, catalogue=CATALOGUE.replace("ramipril", "Ramipril"))).digest != first


def test_one_table_may_keep_the_rows_of_a_person_together(tmp_path: Path) -> None:
    start, end = FAMILY.index("  patients:"), FAMILY.index("privacy:")
    table = """\
  stays:
    file: stays.csv
    time: {start: 2019-01-01, end: 2023-12-31}
    rows: {at_most: 40, order_by: day}
    columns:
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, nullable: true, source: doc}
      ward: {type: category, domain: [a, b, c], source: doc}
"""
    text = FAMILY[:start] + table + FAMILY[end:]
    found = faults(tmp_path, text)
    line = line_of(text, "    max_rows_per_unit")
    assert found == [
        f"p.yaml:{line}: privacy.contribution.max_rows_per_unit is 1, but table stays has at most 40 rows of a person. "
        "Set max_rows_per_unit: 40; further tables have rows.at_most."
    ]
    policy = load(write(tmp_path, text.replace("max_rows_per_unit: 1", "max_rows_per_unit: 40"))).policy
    assert policy.is_relational and policy.table_name == "stays"


# what to replace, by what, words that stand in the line of the fault, and words that the message must hold in order
FAULTS = {
    "a second privacy unit": (
        "    parent: patients\n    rows: {at_most: 30}\n",
        "    rows: {at_most: 30}\n",
        "  drugs:\n",
        "tables.drugs has no parent, and neither has tables.patients: second privacy unit Give it a parent public_tables",
    ),
    "a circle of parents": (
        "    parent: patients\n    rows: {at_most: 40",
        "    parent: labs\n    rows: {at_most: 40",
        "    parent: labs",
        "tables.stays.parent leads in a circle: stays -> labs -> stays.",
    ),
    "one person here, two there": (
        "      stay: {role: key}\n      pid: {role: unit_key}\n",
        "      stay: {role: key}\n      pid: {role: unit_key, normalise: strip_upper}\n",
        "      pid: {role: unit_key, normalise",
        "tables.stays.columns.pid has normalise: strip_upper, but strip holds in patients: two people Give",
    ),
    "an unknown parent": (
        "    parent: stays",
        "    parent: stay",
        "    parent: stay",
        "tables.labs.parent is 'stay', which is no table; tables are patients, stays, labs, drugs. Correct the name.",
    ),
    "a product of bounds": (
        "    rows: {at_most: 40, order_by: day}",
        "    rows: {at_most: 40, order_by: day, max_per_parent: 20}",
        "    rows: {at_most: 40",
        "tables.stays.rows.max_per_parent would bound the rows of each parent multiply Set rows.at_most: in all.",
    ),
    "an orphan table": (
        "      pid: {role: unit_key}\n      stay: {role: parent_key}",
        "      stay: {role: parent_key}",
        "    columns:\n      stay: {role: parent_key}",
        "tables.labs 0 columns have role: unit_key. Exactly one column must say whose row it is.",
    ),
    "a child without a key": (
        "      stay: {role: parent_key}\n",
        "",
        "    columns:\n      pid: {role: unit_key}\n      drug",
        "tables.labs has no columns with role: parent_key; exactly one to which row of stays a row belongs. Declare it.",
    ),
    "a parent whose rows have no name": (
        "      stay: {role: key}\n",
        "",
        "    parent: stays",
        "tables.labs refers to rows of stays, where no column has role: key. Declare the column of stays",
    ),
    "a key that nobody needs": (
        "      given: {role: key}\n",
        "      given: {role: key}\n      of: {role: parent_key}\n",
        "      of: {role: parent_key}",
        "tables.drugs.columns.of has role: parent_key, but rows of patients are named by the unit_key. role: drop",
    ),
    "a link to people": (
        "references: drugs}",
        "references: patients}",
        "references: patients}",
        "tables.labs.columns.drug references 'patients'; allowed: stays, drugs. Correct it",
    ),
    "an unknown catalogue": (
        "references: atc,",
        "references: act,",
        "references: act,",
        "tables.drugs.columns.atc references 'act', which is none of public_tables; they are: atc. Declare it there.",
    ),
    "a reference to something that is not there": (
        "nullable: true, other: false, source",
        "nullable: true, source",
        "references: atc,",
        "tables.drugs.columns.atc: a reference must lead to a row nullable: true and other: false.",
    ),
    "no bound": (
        "    rows: {at_most: 30}\n",
        "",
        "  drugs:\n",
        "tables.drugs.rows is missing. must be bounded: add rows: {at_most: 100}",
    ),
    "rows of the people": (
        "    time: {start",
        "    rows: {at_most: 1}\n    time: {start",
        "    rows: {at_most: 1}",
        "tables.patients is the table of people, of which everybody has one row. Remove rows",
    ),
    "an order without dates": (
        "order_by: day}\n    columns:\n      stay",
        "order_by: ward}\n    columns:\n      stay",
        "order_by: ward}",
        "tables.stays.rows.order_by is 'ward', which is no column of type date; dates are day. Name one of these.",
    ),
    "rows outside the study": (
        "end: 2023-12-31, index",
        "end: 2022-12-31, index",
        "      day: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as",
        "tables.stays.columns.day not inside the study window (2019-01-01 to 2022-12-31).",
    ),
    "a death that is no date": (
        "death: died",
        "death: sex",
        "    time: {start",
        "tables.patients.time.death is 'sex', which is no date of a person; dates are born, entry, died.",
    ),
    "an offset from nowhere": (
        "from: entry",
        "from: exit",
        "      died:",
        "tables.patients.columns.died counts days from 'exit', which is no date column dates are born, entry.",
    ),
    "a mean of codes": (
        "{column: value, of: mean}",
        "{column: code, of: mean}",
        "{column: code, of: mean}",
        "tables.labs.rows.summaries[0] is the mean of code, which holds no numbers. Use mode, last or ever.",
    ),
    "ever without levels": (
        "of: ever, levels: [hba1c]}",
        "of: ever}",
        "of: ever}",
        "levels are for of: ever, which needs them.",
    ),
    "an unknown summary": (
        "{column: code, of: mode}",
        "{column: kode, of: mode}",
        "{column: kode, of: mode}",
        "tables.labs.rows.summaries[1] names 'kode', which is not a released column; Did you mean code?",
    ),
    "a context of another table": (
        "      context: [ward]",
        "      context: [sex]",
        "      context: [sex]",
        "tables.labs.rows.context[0] names 'sex', which is not a released column; released are left, ward.",
    ),
    "a clip above the bound": (
        "      clip: 20\n",
        "      clip: 201.5\n",
        "      clip: 201.5",
        "clip is 201.5, above at_most 200",
    ),
    "a mechanism for single rows": (
        "  mechanism: relational",
        "  mechanism: aim",
        "synthesis:",
        "synthesis.mechanism is 'aim', which knows nothing of rows that belong together Set mechanism: relational.",
    ),
    "candidates": (
        "  mechanism: relational",
        "  candidates: {relational: 0.5, aim: 0.5}",
        "  candidates:",
        "synthesis.candidates are compared over pairs of columns of one table, but rows here belong together, as tables "
        "or rows of one person do. Remove it and set mechanism: relational.",
    ),
    "a bound of people": (
        "    max_rows_per_unit: 1",
        "    max_rows_per_unit: 5",
        "    max_rows_per_unit: 5",
        "max_rows_per_unit is 5, but table patients has at most 1 row of a person. Set max_rows_per_unit: 1",
    ),
    "a catalogue named like a table": (
        "  atc: {file",
        "  labs: {file",
        "  labs: {file",
        "public_tables.labs has the name of a table.",
    ),
    "a catalogue without its key": (
        "key: atc",
        "key: code",
        "  atc: {file",
        "public_tables.atc.file: atc.csv:1: the header names 'atc, name'; 'code' must stand there once.",
    ),
    "a catalogue that is not there": (
        "file: atc.csv",
        "file: missing.csv",
        "  atc: {file",
        "public_tables.atc.file: missing.csv: there is no such file.",
    ),
    "a column that is not released, in the synthesis": (
        "  mechanism: relational",
        "  mechanism: relational\n  must_include: [[patients.sex, labs.kode]]",
        "  must_include",
        "synthesis.must_include[0] names 'labs.kode', which is not a released column; Did you mean labs.code?",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_clear_line(name: str, tmp_path: Path) -> None:
    old, new, place, words = FAULTS[name]
    assert FAMILY.count(old) == 1
    text = FAMILY.replace(old, new)
    found = faults(tmp_path, text)
    line = line_of(text, place)
    about = [fault for fault in found if fault.startswith(f"p.yaml:{line}: ")]
    assert about, found
    rest = about[0]
    for word in words.split(" "):
        assert word in rest, (word, about[0])
        rest = rest[rest.index(word) + len(word) :]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = FAMILY.replace(
        "      given: {role: key}", "      given: {role: key}\n      lab: {role: link, references: labs}"
    ).replace(
        "      pid: {role: unit_key}\n      stay", "      lab: {role: key}\n      pid: {role: unit_key}\n      stay"
    )
    found = faults(tmp_path, text)
    assert "lead in a circle" in found[0] and found[0].startswith(f"p.yaml:{line_of(text, '      drug: {role')}: ")


def test_the_fourth_level_is_refused(tmp_path: Path) -> None:
    more = """\
  tubes:
    file: tubes.csv
    parent: labs
    rows: {at_most: 30}
    columns:
      pid: {role: unit_key}
      lab: {role: parent_key}
      kind: {type: category, domain: [a, b], source: doc}
"""
    text = FAMILY.replace("public_tables:", more + "public_tables:", 1)
    found = faults(tmp_path, text)
    assert found[0].startswith(f"p.yaml:{line_of(text, '    parent: labs')}: tables.tubes stands on level 4")


@pytest.mark.parametrize(
    ("catalogue", "words"),
    [
        ("atc,name\nA1,x\nA1,y\n", "atc.csv:3: the key 'A1' stands twice, first in line 2."),
        ("atc,name\nA1\n", "atc.csv:2: this line has 1 cells, the header 2. Correct it."),
        ("atc,name\n", "atc.csv: the table holds no key."),
        ("atc,name\n,x\n", "atc.csv:2: An empty level"),
    ],
)
def test_a_broken_catalogue_is_one_clear_line(catalogue: str, words: str, tmp_path: Path) -> None:
    assert words in faults(tmp_path, FAMILY, catalogue)[0]
