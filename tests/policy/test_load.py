"""Loading a policy: the demo loads, and every fault is one clear line that names its place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.errors import PolicyError
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.policy.load import LoadedPolicy, load

DEMO = Path(__file__).parents[2] / "policies" / "rand_hie.yaml"

GOOD = """\
dpsynth_policy: 1
id: heart
title: {en: Heart}
legal:
  controller: Centre
  purpose: {en: Teaching}
release:
  audience: public
source:
  population: people
  snapshot: s1
  max_patients: 1000
tables:
  visits:
    file: data/visits.csv
    columns:
      pid: {role: unit_key}
      age:
        type: integer
        min: 0
        max: 100
        bins:
          width: 10
        nullable: true
        source: doc
      sex:
        type: category
        domain: [f, m, 3]
        source: doc
      'Datum/Uhrzeit': {type: date, min: 2020-01-01, max: 2020-12-31, nullable: true, source: doc}
privacy:
  contribution:
    max_rows_per_unit: 5
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "p.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def message(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load(write(folder, text))
    return str(caught.value).replace(f"{folder}/", "").split("\n")


def test_the_good_policy_loads(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, GOOD))
    assert loaded.policy.privacy.delta == 1e-6 and loaded.policy.table_name == "visits"
    assert list(loaded.policy.table.columns) == ["pid", "age", "sex", "Datum/Uhrzeit"]
    assert loaded.text == GOOD and loaded.code_lists == {}


# what to replace, by what, the line of the fault, and words that the message must hold in this order
FAULTS = {
    "unknown key": (
        "  audience: public",
        "  audiense: public",
        8,
        "audiense is not a known key; Did you mean audience?",
    ),
    "unknown key of a column": (
        "        nullable: true",
        "        nulable: true",
        24,
        "nulable Did you mean nullable?",
    ),
    "unknown key of another kind": (
        "{role: unit_key}",
        "{role: unit_key, min: 3}",
        17,
        "min allowed here: normalise, note, role",
    ),
    "unknown key without a neighbour": (
        "id: heart",
        "id: heart\nzzz: 1",
        3,
        "zzz is not a known key allowed here: attacks, Remove",
    ),
    "missing key": ("  controller: Centre\n", "", 4, "legal.controller is missing. Add the key controller"),
    "missing key of a column": ("        source: doc\n      sex", "      sex", 18, "columns.age.source is missing"),
    "missing block": ("privacy:\n", "foo:\n", 1, "privacy is missing"),
    "number in quotes": (
        "  epsilon: 1\n",
        "  epsilon: '1'\n",
        34,
        'privacy.epsilon was given "1"; allowed: a number. Remove the quotes.',
    ),
    "text for a number": ("  epsilon: 1\n", "  epsilon: small\n", 34, '"small"; allowed: a number. Write a number.'),
    "number for a whole number": (
        "max_patients: 1000",
        "max_patients: 1e3",
        12,
        "given 1000.0; allowed: a whole number. Write 1000.",
    ),
    "broken number for a whole one": (
        "max_patients: 1000",
        "max_patients: 10.5",
        12,
        "10.5; allowed: a whole number. Write a whole number.",
    ),
    "digit groups": (
        "max_patients: 1000",
        "max_patients: 1_000",
        12,
        '"1_000"; allowed: a whole number. Write a whole number.',
    ),
    "number for text": ("controller: Centre", "controller: 7", 5, 'given 7; allowed: text. Put it in quotes: "7".'),
    "number as name": ("snapshot: s1", "snapshot: 2024", 11, 'given 2024; allowed: text. Put it in quotes: "2024".'),
    "empty text": ("controller: Centre", "controller: ''", 5, 'given ""; allowed: text that is not empty'),
    "empty value": ("controller: Centre", "controller:", 5, "legal.controller is empty; allowed: text. Write a value"),
    "yes for true": (
        "        nullable: true",
        "        nullable: yes",
        24,
        'given "yes"; allowed: true or false. Write true.',
    ),
    "true for a level": (
        "[f, m, 3]",
        "[f, true, 3]",
        28,
        'domain[1] was given true; allowed: text or a whole number. Put it in quotes: "true".',
    ),
    "true for a whole number": ("max_rows_per_unit: 5", "max_rows_per_unit: true", 33, "true; allowed: a whole number"),
    "a level for a list": (
        "[f, m, 3]",
        "f",
        28,
        'given "f"; allowed: a list such as [a, b]. Put it in brackets: ["f"].',
    ),
    "a list for a block": (
        "title: {en: Heart}",
        "title: [Heart]",
        3,
        'title was given ["Heart"]; allowed: a block of keys',
    ),
    "text for a block": ("title: {en: Heart}", "title: Heart", 3, 'title was given "Heart"; allowed: a block of keys'),
    "a block for text": ("id: heart", "id: {a: 1}", 2, "id was given a block of 1 key; allowed: text"),
    "wrong choice": (
        "audience: public",
        "audience: publik",
        8,
        "'public', 'registered' or 'secure_environment'. Did you mean public?",
    ),
    "wrong language": (
        "title: {en: Heart}",
        "title: {en: Heart, xx: Y}",
        3,
        "title.xx was given the key \"xx\"; allowed: 'en', 'de'",
    ),
    "wrong id": ("id: heart", "id: Heart Study", 2, '"Heart Study"; allowed: a name of lower-case letters'),
    "wrong version": ("dpsynth_policy: 1", "dpsynth_policy: 2", 1, "dpsynth_policy was given 2; allowed: 1"),
    "not positive": ("max_patients: 1000", "max_patients: 0", 12, "given 0; allowed: a number of at least 1"),
    "epsilon of zero": ("  epsilon: 1\n", "  epsilon: 0\n", 34, "allowed: a number above 0"),
    "empty list": ("[f, m, 3]", "[]", 28, "given []; allowed: at least 1 entry"),
    "wrong kind of column": (
        "type: integer",
        "type: int",
        18,
        'age was given type "int"; allowed: a block with type: category, boolean',
    ),
    "no kind of column": ("        type: integer\n", "", 18, "age has no type; allowed: a block with type"),
    "kind is a list": ("type: integer", "type: [integer]", 18, 'age was given type ["integer"]'),
    "column is empty": ("pid: {role: unit_key}", "pid:", 17, "columns.pid is empty; allowed: a block with type"),
    "column is text": (
        "pid: {role: unit_key}",
        "pid: key",
        17,
        'columns.pid was given "key"; allowed: a block with type',
    ),
    "delta too large": (
        "  delta: 1e-6\n",
        "  delta: 0.002\n",
        35,
        "privacy.delta is 0.002, at most 1000 people at most 1.0e-05. Set delta: 1.0e-05",
    ),
    "lifetime delta too large": (
        "epsilon: 3, delta: 1e-6",
        "epsilon: 3, delta: 0.5",
        36,
        "privacy.lifetime.delta is 0.5",
    ),
    "a language twice": (
        "audience: public\n",
        "audience: public\n  languages: [de, en, de]\n",
        9,
        "release.languages is de, en, de. Name every language once.",
    ),
    "the language that counts is missing": (
        "audience: public\n",
        "audience: public\n  languages: [en, es]\n  binding_language: de\n",
        10,
        "release.binding_language is de, which is not in release.languages (en, es). Add it there",
    ),
    "a language that was not reviewed counts": (
        "audience: public\n",
        "audience: public\n  languages: [es]\n  binding_language: es\n",
        10,
        "release.binding_language",
    ),
    "min above max": (
        "        min: 0\n",
        "        min: 200\n",
        20,
        "tables.visits.columns.age: min is 200 and max is 100",
    ),
    "bins twice": (
        "          width: 10",
        "          width: 10\n          count: 3",
        22,
        "bins has width and count of edges, width, count, each. Give exactly one.",
    ),
    "no bins": ("          width: 10", "          points: [0]", 22, "bins has none of edges, width, count, each"),
    "bins too fine": (
        "          width: 10",
        "          width: 0.5",
        22,
        "the bin that starts at 0.5 holds no value: values are whole numbers",
    ),
    "too many bins": ("          width: 10", "          width: 0.001", 23, "bins.width 0.001 makes over 4096 bins"),
    "points fill a bin": (
        "          width: 10",
        "          edges: [0, 1, 100]\n          points: [0]",
        22,
        "no value besides its points",
    ),
    "points outside": (
        "          width: 10",
        "          width: 10\n          points: [101]",
        24,
        "bins.points has 101",
    ),
    "points off the grid": (
        "          width: 10",
        "          width: 10\n          points: [0.5]",
        24,
        "must be whole numbers",
    ),
    "edges do not fit": (
        "          width: 10",
        "          edges: [0, 50]",
        23,
        "run from 0 to 50, but min is 0 and max is 100",
    ),
    "edges fall": ("          width: 10", "          edges: [0, 50, 40, 100]", 23, "bins.edges must rise strictly"),
    "bound too large": (
        "        max: 100\n",
        "        max: 10000000000000000\n",
        21,
        "age: max is 1e+16. With 0 decimals",
    ),
    "no place for missing": (
        "        nullable: true\n",
        "",
        18,
        "columns.age: a missing or unreadable cell would have no place",
    ),
    "level twice": ("[f, m, 3]", "[f, m, f]", 28, "domain lists 'f' twice"),
    "level twice as number": ("[f, m, 3]", "[3, m, '3']", 28, "domain lists '3' twice"),
    "level with spaces": ("[f, m, 3]", "[f, ' m', 3]", 28, "domain has ' m'. Remove the spaces."),
    "empty level": ("[f, m, 3]", "[f, '', 3]", 28, "An empty level cannot be told from a missing cell."),
    "level on a line of its own": ("[f, m, 3]", "\n          - f\n          - m\n          - f", 31, "'f' twice"),
    "other is a level": ("[f, m, 3]", "[f, other]", 26, "other is 'other', which is also in the domain"),
    "other means missing": (
        "    columns:\n",
        "    missing_values: [rest]\n    columns:\n"
        "      z: {type: category, domain: [a], other: rest, nullable: true, source: doc}\n",
        18,
        "tables.visits: other is 'rest', which missing_values lists too.",
    ),
    "leading zero": (
        "[f, m, 3]",
        "[01, m]",
        28,
        "01 would be read as a number without its zeros. Put it in quotes: '01'.",
    ),
    "not a date": ("min: 2020-01-01", "min: 01.01.2020", 30, "min is '01.01.2020'. Write a date as YYYY-MM-DD."),
    "impossible date": ("min: 2020-01-01", "min: 2020-02-30", 30, "min is '2020-02-30'"),
    "date format": (
        "nullable: true, source: doc}",
        "nullable: true, source: doc, format: '%Y'}",
        30,
        "format is '%Y', from which a day cannot be read",
    ),
    "too many days": ("min: 2020-01-01", "bins: day, min: 1900-01-01", 30, "bins: day makes more than 4096 bins"),
    "no unit key": ("role: unit_key", "role: drop", 16, "tables.visits: 0 columns have role: unit_key"),
    "two unit keys": ("      age:\n", "      b: {role: unit_key}\n      age:\n", 16, "2 columns have role: unit_key"),
    "split": (
        "  epsilon: 1\n",
        "  epsilon: 1\n  split: {synthesis: 0.9, utility: 0.2}\n",
        35,
        "privacy.split: the shares add up to 1.1. set synthesis: 0.8",
    ),
    "two tables": (
        "privacy:\n",
        "  other:\n    file: a.csv\n    columns: {p: {role: unit_key}, "
        "a: {type: boolean, nullable: true, source: doc}}\nprivacy:\n",
        31,
        "tables.other has no parent, and neither has tables.visits: second privacy unit",
    ),
    "not filled in": (
        "max_patients: 1000",
        "max_patients: FILL_IN",
        12,
        "source.max_patients is still FILL_IN. Fill it in. Public upper bound",
    ),
    "kind not filled in": (
        "type: integer",
        "type: FILL_IN",
        19,
        "columns.age.type is still FILL_IN. One of category, boolean",
    ),
    # --- YAML itself
    "key twice": (
        "        max: 100\n",
        "        max: 100\n        min: 3\n",
        22,
        "columns.age.min stands twice, first in line 20. Remove one",
    ),
    "tab": ("  controller: Centre", "\tcontroller: Centre", 5, "this is not YAML: Indent with spaces, never with tabs"),
    "open bracket": ("[f, m, 3]", "[f, m, 3", 29, "this is not YAML"),
    "colon in text": (
        "controller: Centre",
        "controller: a: b",
        5,
        "this is not YAML: mapping values are not allowed here",
    ),
    "control character": ("controller: Centre", "controller: Cen\x07tre", 5, "the line holds a control character"),
    "anchor": ("title: {en: Heart}", "title: &t {en: Heart}", 3, "&t names a place. Remove the anchor"),
    "alias": ("title: {en: Heart}", "title: *t", 3, "*t points to another place. Write the value out."),
    "merge": ("  controller: Centre", "  <<: {controller: Centre}", 5, "<< merges another block"),
    "tag": ("title: {en: Heart}", "title: !!map {en: Heart}", 3, "is a tag. Remove it."),
    "second document": ("privacy:\n", "---\nprivacy:\n", 31, "a second document begins here"),
    "old YAML": ("dpsynth_policy: 1", "%YAML 1.1\n---\ndpsynth_policy: 1", 2, "a policy is YAML 1.2"),
    "not a number": ("  epsilon: 1\n", "  epsilon: .nan\n", 34, ".nan is not a finite number"),
    "infinite": ("  epsilon: 1\n", "  epsilon: -.inf\n", 34, "-.inf is not a finite number"),
    "overflow": ("  epsilon: 1\n", "  epsilon: 1e400\n", 34, "1e400 is too large for a number"),
    "huge whole number": ("max_patients: 1000", f"max_patients: {'9' * 5000}", 12, "too large for a number"),
    "list as key": ("id: heart", "? [id]\n: heart", 2, "a key must be text"),
    "half a surrogate pair": ("controller: Centre", 'controller: "\\ud800"', 5, "half of a surrogate pair"),
    "deep": ("controller: Centre", f"controller: {'[' * 5000}{']' * 5000}", 5, "nested more than 32 deep"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_clear_line(name: str, tmp_path: Path) -> None:
    old, new, line, words = FAULTS[name]
    assert GOOD.count(old) >= 1
    lines = message(tmp_path, GOOD.replace(old, new, 1))
    about = [text for text in lines if text.startswith(f"p.yaml:{line}: ")]
    assert about, lines
    place = 0
    for word in words.split():  # in this order
        place = about[0].find(word, place)
        assert place >= 0, (word, lines)
    if name not in ("missing block", "unknown key", "unknown key of a column", "merge"):
        assert len(lines) == 1, lines
    assert all(text[-1] in ".?" for text in lines) and "Traceback" not in "".join(lines)


def test_allowed_keys_are_those_of_the_kind_of_column(tmp_path: Path) -> None:
    (line,) = message(tmp_path, GOOD.replace("{role: unit_key}", "{role: unit_key, min: 3}"))
    assert line.endswith("allowed here: normalise, note, role. Remove it.")


def test_the_suggested_delta_passes(tmp_path: Path) -> None:
    # 0.01 / 15000 is 6.67e-07; rounding it up would suggest a value that does not pass.
    (line,) = message(tmp_path, GOOD.replace("max_patients: 1000", "max_patients: 15000").replace("1e-6", "0.1", 1))
    assert line.endswith("Set delta: 6.6e-07.")


@pytest.mark.parametrize("name", ["unknown key", "unknown key of a column"])
def test_a_misspelt_key_is_also_missing_under_its_right_name(name: str, tmp_path: Path) -> None:
    old, new, _, _ = FAULTS[name]
    lines = message(tmp_path, GOOD.replace(old, new, 1))
    assert len(lines) == (2 if name == "unknown key" else 1)


def test_every_fault_is_named_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    broken = (
        GOOD.replace("id: heart", "id: H").replace("epsilon: 1\n", "epsilon: x\n").replace("width: 10", "width: -1")
    )
    broken = broken.replace("[f, m, 3]", "[f, f]")
    assert [int(text.split(":")[1]) for text in message(tmp_path, broken)] == [2, 23, 28, 34]


def test_more_than_ten_faults_are_counted(tmp_path: Path) -> None:
    columns = "".join(f"      c{i}: {{type: nothing}}\n" for i in range(15))
    lines = message(tmp_path, GOOD.replace("privacy:\n", f"{columns}privacy:\n", 1))
    assert len(lines) == 11 and lines[-1] == "p.yaml: and 5 more faults."


FILES = {
    "empty": (b"", "the policy is empty"),
    "comments only": (b"# nothing\n", "the policy is empty"),
    "a list": (b"- a\n- b\n", "a policy is a block of keys"),
    "text": (b"hello\n", "a policy is a block of keys"),
    "not UTF-8": (b"id: x\ntitle: {en: \xff}\n", "line 2 is not UTF-8. Save the file as UTF-8."),
    "UTF-16": ("id: x\n".encode("utf-16"), "not UTF-8"),
    "NUL": (b"id: x\nb: \x00\n", "p.yaml:2: the line holds a control character"),
    "too large": (b"#" * (4 * 1024 * 1024 + 1), "larger than 4 MiB"),
    "deep lists": (b"- " * 5000 + b"\n", "nested more than 32 deep"),
    "deep brackets": (b"[" * 100_000, "nested more than 32 deep"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_policy(name: str, tmp_path: Path) -> None:
    content, words = FILES[name]
    lines = message(tmp_path, content)
    assert len(lines) == 1 and words in lines[0] and lines[0].startswith("p.yaml:")


def test_paths_that_are_no_file(tmp_path: Path) -> None:
    for path, words in (
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path, "this is a directory"),
        (tmp_path / "a" / "b.yaml", "there is no such file"),
        (Path("/dev/null"), "this is not a regular file"),
        (tmp_path / ("x" * 5000), "the file cannot be read"),
        (Path("a\x00b"), "the path is not valid"),
    ):
        with pytest.raises(PolicyError, match=words):
            load(path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()))
    assert loaded.at("privacy", "delta").endswith("p.yaml:35")


def test_yaml_1_2_means_what_it_says(tmp_path: Path) -> None:
    text = GOOD.replace("[f, m, 3]", "[NO, yes, on, 12:30, 1_0, 2020-01-01, '01', -7]")
    column = load(write(tmp_path, text)).policy.table.columns["sex"]
    assert isinstance(column, CategoryColumn)
    assert column.domain == (
        "NO", "yes", "on", "12:30", "1_0", "2020-01-01", "01", -7,
    )  # fmt: skip


def test_keys_are_names_however_they_look(tmp_path: Path) -> None:
    text = GOOD.replace(
        "      sex:", "      2020: {role: drop}\n      null: {role: drop}\n      no: {role: drop}\n      sex:"
    )
    assert {"2020", "null", "no"} < set(load(write(tmp_path, text)).policy.table.columns)


def test_at_names_the_line_of_a_value_or_of_the_block_around_it(tmp_path: Path) -> None:
    loaded = load(write(tmp_path, GOOD))
    at = {
        ("privacy", "delta"): 35,
        ("privacy",): 31,
        ("privacy", "split", "utility"): 31,
        ("tables", "visits", "columns", "sex", "domain", 1): 28,
        ("tables", "visits", "columns", "age", "bins", "edges"): 22,
        ("synthesis", "mechanism"): 1,
        (): 1,
    }
    assert {path: int(loaded.at(*path).rsplit(":", 1)[1]) for path in at} == at
    assert loaded.at("id") == f"{tmp_path / 'p.yaml'}:2"


def digest(folder: Path, text: str) -> str:
    return load(write(folder, text)).digest


def test_the_digest_is_of_the_meaning(tmp_path: Path) -> None:
    original = digest(tmp_path, GOOD)
    assert re.fullmatch(r"[0-9a-f]{64}", original)
    same = (
        GOOD.replace("id: heart", "id: 'heart' # comment")
        .replace("1e-6", "0.000001")
        .replace("epsilon: 1\n", "epsilon: 1.0\n")
    )
    assert digest(tmp_path, same) == original
    assert digest(tmp_path, GOOD.replace("audience: public", "audience: public\n  product: data_only")) == original
    for old, new in (("epsilon: 3", "epsilon: 4"), ("[f, m, 3]", "[m, f, 3]"), ("Teaching", "teaching")):
        assert digest(tmp_path, GOOD.replace(old, new)) != original
    key, rest = "      pid: {role: unit_key}\n", GOOD.index("privacy:")
    moved = GOOD[:rest].replace(key, "") + key + GOOD[rest:]
    assert digest(tmp_path, moved) != original


def test_the_data_path_is_relative_to_the_policy(tmp_path: Path) -> None:
    for file, expected in (
        ("data/visits.csv", str(tmp_path / "data/visits.csv")),
        ("../visits.csv", str(tmp_path / "../visits.csv")),
        ("/srv/visits.csv", "/srv/visits.csv"),
        ("example:rand_hie", "example:rand_hie"),
    ):
        text = GOOD.replace("file: data/visits.csv", f"file: {file}")
        assert load(write(tmp_path, text)).data_path == expected


# ---------------------------------------------------------------------------------------------------------- the demo


def test_the_demo_loads_and_every_bound_says_where_it_comes_from() -> None:
    loaded = load(DEMO)
    assert loaded.text.startswith("# yaml-language-server: $schema=policy.schema.json\n")
    table, source, privacy = loaded.policy.table, loaded.policy.source, loaded.policy.privacy
    assert table.unit_key == "zper" and len(table.columns) == 45 and 20 <= len(table.modelled) <= 24
    assert {column.source for column in table.modelled.values()} == {"doc", "assumed"}
    assert source.max_patients == 10000 and privacy.contribution.max_rows_per_unit == 5
    assert (privacy.epsilon, privacy.delta, privacy.lifetime.epsilon, privacy.lifetime.delta) == (2, 1e-6, 5, 1e-6)
    assert source.max_patients * privacy.delta <= loaded.policy.thresholds.delta_times_patients.pass_
    assert (privacy.split.synthesis, privacy.split.utility, loaded.policy.synthesis.mechanism) == (
        0.95,
        0.05,
        "clique_tree",
    )
    assert loaded.data_path == "example:rand_hie"
    dropped = [column for column in table.columns.values() if column.role == "drop"]
    assert all(column.note for column in dropped)


def test_the_demo_names_the_columns_of_the_study() -> None:
    statsmodels = pytest.importorskip("statsmodels")
    file = Path(statsmodels.__file__).parent / "datasets" / "randhie" / "src" / "randhie.csv"
    with file.open(encoding="utf-8") as lines:
        header = next(lines).strip().split(",")
    assert sorted(load(DEMO).policy.table.columns) == sorted(header)


# ---------------------------------------------------------------------------------------------------------- totality

LINES = DEMO.read_text(encoding="utf-8").splitlines()
SNIPPETS = st.one_of(
    st.sampled_from([": ", "- ", "\t", "{", "}", "[", "]", "#", "&a ", "*a", "!!str ", "<<: ", "? ", ">\n", "---\n"]),
    st.sampled_from(["...", "FILL_IN", "null", "~", ".nan", "-1", "1e999", "true"]),
    st.sampled_from(["|\n", "9" * 30, "\x00", "\ud7ff", "%YAML 1.1\n", "", "'", "\n", "  ", "@", "`", '"']),
    st.text(max_size=5),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutants")


def loads_or_refuses(path: Path) -> None:
    try:
        assert isinstance(load(path), LoadedPolicy)
    except PolicyError as error:
        lines = str(error).split("\n")
        assert 1 <= len(lines) <= 11 and all(line.startswith(str(path)) for line in lines)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_change_of_the_demo_raises_anything_else(folder: Path, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(LINES) - 1))
    lines = LINES[: data.draw(st.integers(1, 12))] + LINES[start : start + 40]
    text = "\n".join(lines)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(SNIPPETS) + text[place + data.draw(st.integers(0, 6)) :]
    loads_or_refuses(write(folder, text.encode("utf-8", "replace")))


WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**19),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4),
    st.lists(st.one_of(st.integers(), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)
VALUES = sorted({match.group(0) for line in GOOD.splitlines() if (match := re.search(r"(?<=: )[^{\[]\S*$", line))})


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_no_value_of_any_kind_raises_anything_else(folder: Path, data: st.DataObject) -> None:
    old = data.draw(st.sampled_from([f": {value}\n" for value in VALUES]))
    new = json.dumps(data.draw(WORDS))
    loads_or_refuses(write(folder, GOOD.replace(old, f": {new}\n", 1)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(folder: Path, content: bytes) -> None:
    loads_or_refuses(write(folder, content))
