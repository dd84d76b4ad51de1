"""Dummy tables: what was asked for, in the form of the delivery, with every rule kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from dpsynth.domain import text
from dpsynth.domain.rules import violations
from dpsynth.dummy import rows as drawing
from dpsynth.dummy.codes.icd10gm import ICD_10_GM
from dpsynth.dummy.codes.loinc import LOINC
from dpsynth.dummy.delivery import lines
from dpsynth.dummy.make import BLOCK, make
from dpsynth.dummy.plan import Level
from dpsynth.errors import PolicyError, UsageError
from dpsynth.policy.load import load
from tests.dummy.study import FAMILY, codes, read, study

TABLES = ("patients", "stays", "labs", "drugs")


def days(column: pa.ChunkedArray) -> np.ndarray:
    return text.to_day(column, frozenset({"", "-9"}), "%Y-%m-%d")


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("family")
    planned = study(folder)
    make(planned, 3_000, 7, folder / "out")
    return planned, folder / "out", {name: read(planned, folder / "out", name) for name in TABLES}


def test_exactly_as_many_patients_as_asked_for_and_all_keys_lead_somewhere(family) -> None:
    _, _, tables = family
    assert tables["patients"].num_rows == 3_000
    keys = {"patients": "pid", "stays": "stay", "drugs": "given"}
    known = {name: tables[name][key].to_pylist() for name, key in keys.items()}
    assert all(len(set(names)) == len(names) and None not in names for names in known.values())
    assert all(name.startswith("DUMMY-") for names in known.values() for name in names)
    for name in ("stays", "labs", "drugs"):
        assert set(tables[name]["pid"].to_pylist()) <= set(known["patients"])
    stay_of = dict(zip(known["stays"], tables["stays"]["pid"].to_pylist()))
    drug_of = dict(zip(known["drugs"], tables["drugs"]["pid"].to_pylist()))
    labs = tables["labs"].to_pydict()
    assert [stay_of[stay] for stay in labs["stay"]] == labs["pid"]
    linked = [(drug_of[drug], pid) for drug, pid in zip(labs["drug"], labs["pid"]) if drug]
    assert 0.5 < len(linked) / len(labs["pid"]) < 0.9 and all(a == b for a, b in linked)


def test_numbers_of_rows_follow_the_law_and_its_bound(family) -> None:
    planned, _, tables = family
    for name, most in (("stays", 40), ("labs", 200), ("drugs", 30)):
        counted = np.array(pc.value_counts(tables[name]["pid"]).field("counts"))
        assert counted.max() <= most
    without = 1 - len(set(tables["stays"]["pid"].to_pylist())) / 3_000
    # Half have no stay by law, and a few cannot: they died before, or nothing of the window is left.
    assert 0.46 < without < 0.62
    assert set(tables["labs"]["pid"].to_pylist()) <= set(tables["stays"]["pid"].to_pylist())


def test_dates_are_in_order_and_inside_the_window(family) -> None:
    _, _, tables = family
    first, last = days(pa.chunked_array([["2019-01-01", "2023-12-31"]]))
    born, entry, died = (days(tables["patients"][name]) for name in ("born", "entry", "died"))
    assert ((entry >= first) & (entry <= last)).all()
    assert not (born > entry).any() and not (died < entry).any()
    place = {pid: i for i, pid in enumerate(tables["patients"]["pid"].to_pylist())}
    for name in ("stays", "labs"):
        who = np.array([place[pid] for pid in tables[name]["pid"].to_pylist()])
        day = days(tables[name]["day"])
        known = ~np.isnan(day)
        assert ((day >= first) & (day <= last))[known].all()
        assert not (day < entry[who]).any() and not (day < born[who]).any() and not (day > died[who]).any()
        same = (who[1:] == who[:-1]) & known[1:] & known[:-1]
        assert (np.diff(who) >= 0).all() and not (np.diff(day)[same] < 0).any()
    left, day = days(tables["stays"]["left"]), days(tables["stays"]["day"])
    stay = (left - day)[~np.isnan(left - day)]
    assert stay.min() >= 0 and stay.max() <= 60
    who = [place[pid] for pid in tables["stays"]["pid"].to_pylist()]
    assert not (left > np.fmin(died[who], last)).any()
    of = dict(zip(tables["stays"]["stay"].to_pylist(), day))
    begin = np.array([of[stay] for stay in tables["labs"]["stay"].to_pylist()])
    assert not (days(tables["labs"]["day"]) < begin).any()


def test_what_is_read_back_is_what_was_drawn_and_no_rule_is_broken(family) -> None:
    planned, _, tables = family
    drawn = drawing.draw(planned, 3_000, 7, 0)
    for name in TABLES:
        encoded = codes(planned, tables[name], name)
        for column, levels in encoded.items():
            attribute, cell = planned[name].domain[column], drawn[name].cells[column]
            expected = attribute.codes_at(cell.values) if hasattr(attribute, "codes_at") else cell.values.copy()
            if attribute.missing is not None:
                expected[cell.absent] = attribute.missing
            assert np.array_equal(levels, expected), (name, column)
    people = planned["patients"]
    assert len(people.zeros) == 3
    encoded = codes(planned, tables["patients"], "patients")
    died = np.zeros(3_000, np.uint16)  # stands in no rule
    table = np.stack([encoded.get(name, died) for name in people.domain.names]).T
    assert not violations(table, people.domain, people.zeros).any()
    assert (encoded["pregnant"] == 1).sum() > 100 and (encoded["county"] == 2).any()


def test_shares_and_missing_codes_are_those_of_the_policy(family) -> None:
    _, _, tables = family
    words = tables["patients"]["sex"].to_pylist()
    assert set(words) == {"f", "m", "", "-9"}
    missing = words.count("") + words.count("-9")
    assert 0.4 < words.count("-9") / missing < 0.6 and missing > 200
    weight = text.to_number(tables["patients"]["weight"], frozenset({"", "-9"}))
    assert abs(np.isnan(weight).mean() - 0.3) < 0.03 and abs(np.nanmean(weight) - 80) < 2
    assert set(tables["patients"]["pregnant"].to_pylist()) == {"ja", "nein", "", "-9"}
    icd = tables["stays"]["icd"].to_pylist()
    assert abs(icd.count("E11.9") / len(icd) - 0.5) < 0.05 and ICD_10_GM.valid(pa.array(icd)).mean() > 0.99
    assert len(set(icd)) > 100


def test_dropped_columns_are_filled_as_described_or_left_empty(family) -> None:
    _, _, tables = family
    assert set(tables["patients"]["seen"].to_pylist()) == {""}
    labs = tables["labs"]
    assert LOINC.valid(labs["ordered"].combine_chunks()).all()
    assert set(labs["note"].to_pylist()) == {"a", "b, c"}
    assert set(labs["batch"].to_pylist()) == {None, "5", "6", "7", "8", "9"}


def test_files_have_the_form_of_the_delivery_and_say_what_they_are(family) -> None:
    planned, folder, tables = family
    names = {p.name for p in folder.iterdir() if p.is_file()}
    assert names == {
        "DUMMY_manifest.json", "patients_DUMMY.csv", "stays_DUMMY.tsv.gz", "labs_DUMMY.parquet", "drugs_DUMMY.csv",
    }  # fmt: skip
    plain = folder / "as-delivered"
    assert {p.name for p in plain.iterdir()} == {"patients.csv", "stays.tsv.gz", "labs.parquet", "drugs.csv", "atc.csv"}
    assert (plain / "patients.csv").read_bytes() == (folder / "patients_DUMMY.csv").read_bytes()
    assert (plain / "atc.csv").read_text().startswith("atc,name\nA10BA02")
    head = (folder / "patients_DUMMY.csv").read_text().splitlines()
    assert head[0] == "pid;sex;pregnant;town;county;weight;seen;born;entry;died" and ";" in head[1]
    labs = pq.read_schema(folder / "labs_DUMMY.parquet")
    assert b"no real data" in labs.metadata[b"dpsynth"]
    assert (labs.field("day").type, labs.field("value").type) == (pa.date32(), pa.float64())
    manifest = json.loads((folder / "DUMMY_manifest.json").read_text())
    assert "no real data was read" in manifest["statement"] and manifest["epsilon"] == 0
    assert (manifest["patients"], manifest["seed"], manifest["level"]) == (3_000, 7, "rules")
    assert {name: t["rows"] for name, t in manifest["tables"].items()} == {n: t.num_rows for n, t in tables.items()}
    assert manifest["tables"]["patients"]["sources"] == {"sex": "Somebody (2020)"}
    assert "need not exist" in manifest["tables"]["labs"]["codes"]["ordered"]
    assert manifest["tables"]["drugs"]["codes"]["atc"] == "from the list atc"
    assert str(folder.parent) not in (folder / "DUMMY_manifest.json").read_text()


def test_the_same_seed_gives_the_same_bytes_and_another_table_changes_nothing(tmp_path: Path) -> None:
    planned = study(tmp_path)
    make(planned, 200, 1, tmp_path / "a")
    make(planned, 200, 1, tmp_path / "b")
    make(planned, 200, 2, tmp_path / "c")
    for path in (tmp_path / "a").glob("*_DUMMY.*"):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
        assert path.read_bytes() != (tmp_path / "c" / path.name).read_bytes()
    start = FAMILY.index("  drugs:\n"), FAMILY.index("public_tables:")
    fewer = FAMILY[: start[0]] + FAMILY[start[1] :].replace("    drugs", "    x")
    fewer = fewer.replace("      drug: {role: link, references: drugs}\n", "      drug: {role: drop}\n")
    make(study(tmp_path, text=fewer), 200, 1, tmp_path / "d")
    for name in ("patients_DUMMY.csv", "stays_DUMMY.tsv.gz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "d" / name).read_bytes()


def test_level_format_uses_every_value_and_no_rule(tmp_path: Path) -> None:
    planned = study(tmp_path, Level.FORMAT)
    make(planned, 4_000, 1, tmp_path / "out")
    people = codes(planned, read(planned, tmp_path / "out", "patients"), "patients")
    for name, levels in people.items():
        assert len(np.unique(levels)) == planned["patients"].domain[name].size, name
    assert ((people["sex"] == 1) & (people["pregnant"] == 1)).any()
    assert set(read(planned, tmp_path / "out", "stays")["pid"].to_pylist()) <= {
        f"DUMMY-{i:09}" for i in range(1, 4_001)
    }


def test_more_patients_than_a_block(tmp_path: Path) -> None:
    text = FAMILY.replace("stays:\n      rows: {none: 0.5, mean: 3}", "stays:\n      rows: {none: 0.9, mean: 1}")
    planned = study(tmp_path, text=text)
    made = make(planned, BLOCK + 3, 1, tmp_path / "out")
    pid = read(planned, tmp_path / "out", "patients")["pid"].to_pylist()
    assert made.rows["patients"] == len(pid) == len(set(pid)) == BLOCK + 3 and pid[-1] == f"DUMMY-{BLOCK + 3:09}"
    stays = read(planned, tmp_path / "out", "stays")
    labs = read(planned, tmp_path / "out", "labs")
    assert set(labs["stay"].to_pylist()) <= set(stays["stay"].to_pylist())
    assert len(set(stays["stay"].to_pylist())) == stays.num_rows


def test_keys_can_be_numbers(tmp_path: Path) -> None:
    planned = study(tmp_path, text=FAMILY.replace("dummy:\n", "dummy:\n  keys: number\n"))
    make(planned, 50, 1, tmp_path / "out")
    assert read(planned, tmp_path / "out", "labs")["pid"].type == pa.int64()
    assert read(planned, tmp_path / "out", "patients")["pid"][0].as_py() == "999000000001"


def test_cells_are_quoted_where_they_must_be() -> None:
    block = pa.table({"a;b": ["x", 'he said "no"', None, "l\nm"], "c": ["1", "", ";", "2"]})
    assert lines(block, ";") == b'x;1\n"he said ""no""";\n;";"\n"l\nm";2\n'
    assert lines(block.slice(0, 0), ";") == b""


FAULTS = {
    "shares: {E11.9: 0.5, other: 0.5}": ("shares: {E12: 0.5}", "dummy.tables.stays.columns.icd.shares: 'E12' is not"),
    "normal: {mean: 80, sd: 15}": (
        "normal: {mean: -1e9, sd: 1}",
        "dummy.tables.patients.columns.weight.normal: nothing",
    ),
    "code: LOINC": ("code: SNOMED", "dummy.tables.labs.columns.ordered.code: 'SNOMED' is no system of known form"),
    "rows: {none: 0.5, mean: 3}": ("rows: {mean: 41}", "dummy.tables.stays.rows.mean: mean is 41, above the 40 rows"),
    "patients:\n      columns:\n        sex: {shares: {f: 0.6, m: 0.4}, missing: 0.1": (
        "patients:\n      columns:\n        pregnant: {shares: {'true': 1.0}, missing: 0.0}\n        sex: {shares: {m: 1.0}",
        "tables.patients.rules: the rules and the shares of dummy leave no record",
    ),
}


@pytest.mark.parametrize("old", FAULTS)
def test_what_does_not_fit_is_one_line_with_its_place(old: str, tmp_path: Path) -> None:
    new, message = FAULTS[old]
    assert old in FAMILY
    with pytest.raises(PolicyError) as error:
        study(tmp_path, text=FAMILY.replace(old, new))
    assert message in str(error.value) and "\n" not in str(error.value)
    assert str(error.value).startswith(f"{tmp_path / 'p.yaml'}:")


POLICY_FAULTS = {
    "    stays:\n      rows": ("    stoys:\n      rows", "there is no table 'stoys'"),
    "        icd: {shares": ("        icq: {shares", "no column 'icq'"),
    "ordered: {code: LOINC}": ("stay: {code: LOINC}", "stay is a key"),
    "batch: {numbers: [5, 9]": ("value: {numbers: [5, 9]", "numbers means nothing here"),
    "batch: {numbers: [5, 9], missing: 0.5}": ("batch: {shares: {a: 0.5}}", "shares means nothing here"),
    "{numbers: [5, 9]": ("{numbers: [9, 5]", "Exchange"),
    "{f: 0.6, m: 0.4}": ("{f: 0.7, m: 0.4}", "add up to 1.1"),
    "{code: LOINC}": ("{code: LOINC, values: [1]}", "Give one of them"),
}


@pytest.mark.parametrize("old", POLICY_FAULTS)
def test_the_policy_refuses_what_means_nothing(old: str, tmp_path: Path) -> None:
    new, message = POLICY_FAULTS[old]
    assert old in FAMILY
    with pytest.raises(PolicyError) as error:
        study(tmp_path, text=FAMILY.replace(old, new))
    assert message in str(error.value) and "\n" not in str(error.value)


def test_nothing_but_dummy_data_is_replaced(tmp_path: Path) -> None:
    planned = study(tmp_path)
    out = tmp_path / "out"
    make(planned, 5, 1, out)
    with pytest.raises(UsageError, match="--force"):
        make(planned, 5, 1, out)
    make(planned, 6, 1, out, force=True)
    (out / "as-delivered/mine.py").write_text("print()")
    with pytest.raises(UsageError, match="holds as-delivered/mine.py besides dummy data"):
        make(planned, 5, 1, out, force=True)
    (out / "as-delivered/mine.py").unlink()
    make(planned, 7, 1, out, force=True)
    assert read(planned, out, "patients").num_rows == 7
    (out / "DUMMY_manifest.json").write_text("{}")
    with pytest.raises(UsageError, match="no dummy data"):
        make(planned, 5, 1, out, force=True)
    real = tmp_path / "real"
    real.mkdir()
    (real / "patients.csv").write_text("pid\n1\n")
    with pytest.raises(UsageError, match="no dummy data"):
        make(planned, 5, 1, real, force=True)
    assert (real / "patients.csv").read_text() == "pid\n1\n"


def test_two_tables_in_files_of_one_name_are_refused(tmp_path: Path) -> None:
    planned = study(tmp_path, text=FAMILY.replace("file: drugs.csv", "file: patients.csv"))
    with pytest.raises(PolicyError, match="tables.drugs.file: two tables have a file called patients.csv"):
        make(planned, 5, 1, tmp_path / "out")
    planned = study(tmp_path, text=FAMILY.replace("file: drugs.csv", "file: x/atc.csv"))
    with pytest.raises(PolicyError, match="public_tables.atc.file: two tables have a file called atc.csv"):
        make(planned, 5, 1, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_block_of_dummy_shares_is_no_part_of_policies_that_have_none() -> None:
    loaded = load(Path(__file__).parents[2] / "policies/rand_hie.yaml")
    assert "dummy" not in loaded.policy.model_dump(mode="json", by_alias=True)
