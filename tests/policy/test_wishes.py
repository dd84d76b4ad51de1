"""What a policy may say to the mechanism, and what it may say of records that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpsynth.errors import PolicyError
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.policy.tables import Determines, Impossible
from dpsynth.policy.training import Synthesis

POLICY = """\
dpsynth_policy: 1
id: heart
title: {en: Heart}
legal: {controller: Centre, purpose: {en: Teaching}}
release: {audience: public}
source: {population: people, snapshot: s1, max_patients: 1000}
tables:
  visits:
    file: data/visits.csv
    columns:
      pid: {role: unit_key}
      age: {type: integer, min: 0, max: 100, bins: {width: 10}, nullable: true, source: doc}
      sex: {type: category, domain: [f, m, 3], source: doc}
      alive: {type: boolean, nullable: true, source: doc}
      secret: {role: drop}
privacy:
  contribution:
    max_rows_per_unit: 5
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
"""
RULE_LINE, CLIP_LINE, KEY_LINE = 17, 19, 23


def write(folder: Path, synthesis: str = "", rule: str = "", clip: str = "", **files: str) -> LoadedPolicy:
    text = POLICY
    if rule:
        text = text.replace("privacy:\n", f"    rules:\n      - {rule}\nprivacy:\n")
    if clip:
        text = text.replace("max_rows_per_unit: 5\n", f"max_rows_per_unit: 5\n    clip: {clip}\n")
    if synthesis:
        text += f"synthesis:\n  {synthesis}\n"
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    return load(folder / "p.yaml")


def refused(folder: Path, line: int, words: str, **parts: str) -> None:
    with pytest.raises(PolicyError) as caught:
        write(folder, **parts)
    error = str(caught.value).replace(f"{folder}/", "")
    assert error.startswith(f"p.yaml:{line}: ") and "\n" not in error, error
    place = 0
    for word in words.split():  # in this order
        place = error.find(word, place)
        assert place >= 0, (word, error)


# --------------------------------------------------------------------------------------------------------- synthesis


def test_left_out_nothing_is_asked_for(tmp_path: Path) -> None:
    synthesis = write(tmp_path).policy.synthesis
    assert synthesis.targets == synthesis.must_include == synthesis.workload == synthesis.marginals == ()
    assert (synthesis.max_cells, synthesis.max_model_cells, synthesis.split) == (100_000, 200_000, None)


PAID = "1e-6}\n  split: {synthesis: 0.9, utility: 0.1}"
"""The last line of the policy's privacy, with a share for the choice."""


def paid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "POLICY", PAID.join(POLICY.rsplit("1e-6}", 1)))


def test_candidates_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paid(monkeypatch)
    synthesis = write(tmp_path, "candidates: {mst: 0.5, fixed: 0.5}\n  marginals: [[age, sex]]").policy.synthesis
    assert synthesis.mechanisms == ("mst", "fixed") and synthesis.mechanism == "mst"
    mst, fixed = (synthesis.alone(name) for name in synthesis.mechanisms)
    assert (mst.mechanism, mst.mechanisms, mst.marginals) == ("mst", ("mst",), ())
    assert (fixed.mechanism, fixed.marginals) == ("fixed", (("age", "sex"),))
    again = Synthesis.model_validate_json(synthesis.model_dump_json())
    assert again == synthesis, "a policy that was written with all its defaults is the same policy"
    assert write(tmp_path).policy.synthesis.mechanisms == ("clique_tree",)


@pytest.mark.parametrize(
    ("synthesis", "words"),
    [
        ("candidates: {mst: 0.5, aim: 0.4}", "candidates mst, aim 0.9 add up to 1"),
        ("candidates: {mst: 1.0}", "candidates 1 below 1"),
        ("candidates: {mst: 0.9}", "candidates at least 2 entries"),
        ("candidates: {mst: 0.3, aim: 0.3, fixed: 0.2, independent: 0.2}", "candidates at most 3 entries"),
        ("candidates: [mst, aim]", "candidates a block of keys"),
        (
            "candidates: {mst: 0.5, aim: 0.5}\n  mechanism: fixed\n  marginals: [[age]]",
            "mechanism 'fixed' mst, aim Remove",
        ),
        ("candidates: {mst: 0.5, aim: 0.5}\n  split: {one_way: 1.0}", "split mst, aim Remove"),
        ("candidates: {mst: 0.5, fixed: 0.5}", "marginals is missing"),
    ],
)
def test_candidates_that_make_no_sense(
    tmp_path: Path, synthesis: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(monkeypatch)
    with pytest.raises(PolicyError) as caught:
        write(tmp_path, synthesis)
    place, error = 0, str(caught.value)
    for word in words.split():
        place = error.find(word, place)
        assert place >= 0, (word, error)


def test_a_choice_has_to_be_paid_for(tmp_path: Path) -> None:
    refused(tmp_path, KEY_LINE, "candidates split.utility pays 0 Set", synthesis="candidates: {mst: 0.5, aim: 0.5}")


def test_wishes_are_read(tmp_path: Path) -> None:
    wishes = "target: age\n  must_include: [[age], [sex, alive]]\n  workload: [{columns: [age, sex]}, {columns: [sex], weight: 3}]"
    synthesis = write(
        tmp_path, f"{wishes}\n  split: {{first: 0.25, rest: 0.75}}\n  max_model_cells: 100"
    ).policy.synthesis
    assert synthesis.targets == ("age",) and synthesis.must_include == (("age",), ("sex", "alive"))
    assert [(need.columns, need.weight) for need in synthesis.workload] == [(("age", "sex"), 1), (("sex",), 3)]
    assert synthesis.split == {"first": 0.25, "rest": 0.75} and synthesis.max_model_cells == 100
    assert write(tmp_path, "target: [sex, age]").policy.synthesis.targets == ("sex", "age")
    assert write(tmp_path, "split: {all: 1}").policy.synthesis.split == {"all": 1}
    fixed = write(tmp_path, "mechanism: fixed\n  marginals: [[age, sex], [alive]]").policy.synthesis
    assert fixed.marginals == (("age", "sex"), ("alive",))


SYNTHESIS = {
    "unknown target": ("target: agee", "synthesis.target names 'agee', released are age, sex, alive. Did you mean age?"),
    "key as target": ("target: pid", "synthesis.target names 'pid', not a released column Choose one of these."),
    "target twice": ("target: [age, age]", "synthesis.target names 'age' twice. Name each column once."),
    "number as target": ("target: 3", 'was given 3; allowed: text or a list such as [a, b]. Put it in quotes: "3".'),
    "no target": ("target: []", "synthesis.target was given []; at least 1 entry."),
    "many targets": ("target: [a, b, c, d, e, f, g, h, i]", "at most 8 entries."),
    "unknown in a clique": ("must_include: [[age], [age, x]]", "synthesis.must_include[1] names 'x', not a released"),
    "dropped in a clique": ("must_include: [[secret]]", "synthesis.must_include[0] names 'secret', not a released"),
    "clique without brackets": ("must_include: [age]", 'must_include[0] was given "age"; Put it in brackets: ["age"].'),
    "empty clique": ("must_include: [[]]", "must_include[0] was given []; allowed: at least 1 entry."),
    "long clique": ("must_include: [[a, b, c, d, e]]", "allowed: at most 4 entries."),
    "clique with repeats": ("must_include: [[age, sex, age]]", "must_include[0] names 'age' twice."),
    "clique twice": ("must_include: [[age, sex], [sex, age]]", "must_include[1] has the columns of synthesis.must_include[0]."),
    "unknown in workload": ("workload: [{columns: [agg]}]", "synthesis.workload[0].columns names 'agg', Did you mean age?"),
    "no weight": ("workload: [{columns: [age], weight: 0}]", "workload[0].weight was given 0; allowed: a number above 0."),
    "need twice": ("workload: [{columns: [age]}, {columns: [age]}]", "workload[1].columns has the columns of"),
    "bare need": ("workload: [[age]]", 'workload[0] was given ["age"]; allowed: a block of keys'),
    "marginals for others": ("marginals: [[age]]", "for the mechanism fixed, 'clique_tree', Move must_include, or set mechanism: fixed."),
    "marginals unknown": ("marginals: [[x]]\n  mechanism: fixed", "synthesis.marginals[0] names 'x', not a released"),
    "small model": ("max_model_cells: 99", "max_model_cells was given 99; allowed: a number of at least 100"),
    "split": ("split: {a: 0.5, b: 0.4}", "synthesis.split adds up to 0.9. It must add up to 1."),
    "empty split": ("split: {}", "synthesis.split adds up to 0."),
    "name of a part": ("split: {A: 1}", 'split.A was given the key "A"; allowed: a name of lower-case letters, digits and _,'),
    "empty part": ("split: {a: 0, b: 1}", "split.a was given 0; allowed: a number above 0."),
}  # fmt: skip


@pytest.mark.parametrize("name", SYNTHESIS)
def test_a_faulty_wish_is_one_clear_line(name: str, tmp_path: Path) -> None:
    wish, words = SYNTHESIS[name]
    refused(tmp_path, KEY_LINE, words, synthesis=wish)


def test_the_mechanism_fixed_needs_its_marginals(tmp_path: Path) -> None:
    refused(
        tmp_path,
        KEY_LINE - 1,
        "synthesis.marginals is missing; exactly these. List them.",
        synthesis="mechanism: fixed",
    )


# ------------------------------------------------------------------------------------------------------ contribution


@pytest.mark.parametrize(
    ("given", "clip"), [("", None), ("null", None), ("1", 1), ("1.5", 1.5), ("5", 5), ("auto", "auto")]
)
def test_clip(given: str, clip: object, tmp_path: Path) -> None:
    assert write(tmp_path, clip=given).policy.privacy.contribution.clip == clip


CLIPS = {
    "0.5": "contribution.clip was given 0.5; allowed: a number of at least 1 or 'auto'.",
    "5.5": "contribution: clip is 5.5, above max_rows_per_unit 5, Lower clip, or remove it.",
    "automatic": "clip was given \"automatic\"; allowed: a number or 'auto'.",
    "true": "clip was given true; allowed: a number or 'auto'.",
    "'2'": "clip was given \"2\"; Remove the quotes.",
}  # fmt: skip


@pytest.mark.parametrize("clip", CLIPS)
def test_a_faulty_clip_is_one_clear_line(clip: str, tmp_path: Path) -> None:
    refused(tmp_path, CLIP_LINE, CLIPS[clip], clip=clip)


# ------------------------------------------------------------------------------------------------------------- rules

TOWNS = "{determines: {from: sex, to: alive, map_file: m.csv}, note: code book}"


def test_rules_are_read(tmp_path: Path) -> None:
    (first,) = write(
        tmp_path, rule="{impossible: {age: {max: 9}, alive: [true, missing], sex: [f, 3]}}"
    ).policy.table.rules
    assert isinstance(first, Impossible) and first.note is None
    assert first.impossible == {"age": {"max": 9}, "alive": (True, "missing"), "sex": ("f", 3)}
    (second,) = write(
        tmp_path, rule="{determines: {from: sex, to: alive, map: {f: true, m: [true, false], '3': missing}}}"
    ).policy.table.rules
    assert isinstance(second, Determines)
    assert second.determines.map == {"f": True, "m": (True, False), "3": "missing"}


RULES = {
    "neither kind": ("{}", "rules[0] was given a block of 0 keys; exactly one of the keys impossible and determines."),
    "both kinds": (
        "{impossible: {age: [1], sex: [f]}, determines: {from: age, to: sex, map: {a: b}}}",
        "rules[0] was given a block of 2 keys; exactly one",
    ),
    "misspelt kind": ("{imposible: {age: [1], sex: [f]}}", "exactly one of the keys impossible and determines."),
    "text": ("x", 'rules[0] was given "x"; allowed: a block'),
    "unknown key": ("{impossible: {age: [1], sex: [f]}, nota: x}", "rules[0].nota allowed here: impossible, note. Did you mean note?"),
    "one column": ("{impossible: {age: [1]}}", "rules[0].impossible was given a block of 1 key; allowed: at least 2 entries."),
    "five columns": ("{impossible: {a: [1], b: [1], c: [1], d: [1], e: [1]}}", "allowed: at most 4 entries."),
    "unknown column": ("{impossible: {age: [1], sexx: [f]}}", "rules[0].impossible names 'sexx', Did you mean sex?"),
    "dropped column": ("{impossible: {age: [1], secret: [f]}}", "rules[0].impossible names 'secret', which is not a released"),
    "level without brackets": ("{impossible: {age: 3, sex: [f]}}", "impossible.age was given 3; Put it in brackets: [3]."),
    "unknown end": ("{impossible: {age: {minn: 1}, sex: [f]}}", "impossible.age was given allowed: 'min' or 'max'."),
    "no ends": ("{impossible: {age: {}, sex: [f]}}", "impossible.age was given a block of 0 keys; at least 1 entry."),
    "number in levels": ("{impossible: {age: [1.5], sex: [f]}}", "impossible.age was given [1.5]; Put its entries in quotes."),
    "no levels": ("{impossible: {age: [], sex: [f]}}", "impossible.age was given []; allowed: at least 1 entry"),
    "no map": ("{determines: {from: age, to: sex}}", "rules[0].determines: exactly one of map and map_file."),
    "two maps": ("{determines: {from: age, to: sex, map: {a: b}, map_file: m.csv}}", "exactly one of map and map_file."),
    "itself": ("{determines: {from: age, to: age, map: {a: b}}}", "rules[0].determines: from and to are both 'age'."),
    "no end": ("{determines: {from: age, map: {a: b}}}", "rules[0].determines.to is missing. Add the key to"),
    "unknown decider": ("{determines: {from: ag, to: sex, map: {a: b}}}", "rules[0].determines names 'ag', Did you mean age?"),
    "unknown decided": ("{determines: {from: age, to: pid, map: {a: b}}}", "rules[0].determines names 'pid', not a released"),
    "misspelt map": ("{determines: {from: age, to: sex, mapp: {a: b}}}", "determines.mapp allowed here: from, map, map_file, to. Did you mean map?"),
    "empty map": ("{determines: {from: age, to: sex, map: {}}}", "determines.map was given a block of 0 keys; at least 1 entry."),
    "number as level": ("{determines: {from: age, to: sex, map: {a: 1.5}}}", 'map.a was given 1.5; Put it in quotes: "1.5".'),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_faulty_rule_is_one_clear_line(name: str, tmp_path: Path) -> None:
    rule, words = RULES[name]
    refused(tmp_path, RULE_LINE, words, rule=rule)


def test_a_map_file_is_read_and_the_digest_covers_it(tmp_path: Path) -> None:
    first = write(tmp_path, rule=TOWNS, m="from,to\nf,true\n\n m , false\nm,true\n")
    assert first.maps == {"m.csv": (("f", "true"), ("m", "false"), ("m", "true"))}
    moved = write(tmp_path, rule=TOWNS, m="sex,alive\nm,true\nm,false\nf,true\n")
    assert moved.digest == first.digest  # the order of the pairs means nothing
    assert write(tmp_path, rule=TOWNS, m="from,to\nf,true\nm,true\n").digest != first.digest
    assert write(tmp_path).maps == {}


MAPS = {
    "none": (None, "m.csv: there is no such file."),
    "empty": ("", "m.csv: the file holds no pair."),
    "header alone": ("from,to\n", "m.csv: the file holds no pair."),
    "no header": ("f,true\n", "m.csv:1: the header reads 'f,true'; allowed: 'from,to' or 'sex,alive'. Write one of these."),
    "exchanged": ("alive,sex\ntrue,f\n", "m.csv:1: the header reads 'alive,sex'; allowed:"),
    "semicolons": ("from;to\nf;true\n", "m.csv:1: the header reads 'from;to';"),
    "three cells": ("from,to\nf,true,x\n", "m.csv:2: a line holds two levels"),
    "one cell": ("from,to\nf\n", "m.csv:2: a line holds two levels"),
    "empty cell": ("from,to\n\nf,\n", "m.csv:3: a line holds two levels that are not empty"),
    "twice": ("from,to\nf,true\nm,true\nf , true\n", "m.csv:4: this pair stands twice, first in line 2."),
    "open quote": ('from,to\n"f,true\n', "m.csv:2: this is not a comma-separated file"),
}  # fmt: skip


@pytest.mark.parametrize("name", MAPS)
def test_a_faulty_map_file_is_one_clear_line(name: str, tmp_path: Path) -> None:
    content, words = MAPS[name]
    files = {} if content is None else {"m": content}
    refused(tmp_path, RULE_LINE, f"tables.visits.rules[0].determines.map_file: {words}", rule=TOWNS, **files)
