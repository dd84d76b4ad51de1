"""What looks at real rows without protection can neither end a run nor say anything, and the noise is really there."""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pytest

from dpsynth.data.examples import open_table
from dpsynth.data.open import open_source
from dpsynth.policy.load import load
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.noise import LATTICE, Lattice
from dpsynth.run import evaluation
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import plan
from dpsynth.synth.model_file import load_measurements
from tests.run.study import FROZEN, POLICY, Replay, Said, Study, files, rows

SECRET = "a cell of Mrs Miller"


class Exact:
    """No noise, and a record of what was asked."""

    name = "exact"
    private = False

    def __init__(self) -> None:
        self.asked: list[Lattice] = []

    def add(self, values: Lattice, sigma: float) -> Lattice:
        self.asked.append(values)
        return values


def inside(study: Study) -> Path:
    [run] = [p for p in (study.out / "small").iterdir() if not p.is_symlink()]
    return run / "internal"


def test_what_is_measured_is_the_training_people_under_the_ledgers_key(study: Study) -> None:
    sampler = Exact()
    study.run(sampler=sampler)
    ledger = Ledger(study.ledger)
    key = ledger.split_key("small-people")
    ledger.close()
    planned = plan(load(study.policy))
    policy = planned.loaded.policy

    def train(key: bytes) -> list[int]:
        source = open_source(policy.table, policy.source, policy.privacy.contribution, planned.domain,
                             open_table(str(study.data)), key, lambda: None)  # fmt: skip
        assert source.reference.size and source.control.size
        codes = source.train.codes
        return [np.bincount(codes[:, i], minlength=a.size).tolist() for i, a in enumerate(planned.domain.attributes)]

    # Columns of equal noise are drawn together, so the order of the questions is not that of the columns.
    measured = [n for asked in sampler.asked for n in (asked // LATTICE).tolist()][: planned.queries[0].cells]
    assert sorted(measured) == sorted(n for column in train(key) for n in column)
    assert sorted(measured) != sorted(n for column in train(b"another key, known to everybody.") for n in column)


def test_the_noise_of_a_real_run_has_the_planned_size(study: Study) -> None:
    first, second = (study.run().folder.measured for _ in range(2))
    a, b = load_measurements(first, "clique_tree"), load_measurements(second, "clique_tree")
    # Which columns are counted again is a function of the first noisy answers.
    one_ways = ([m for m in x.marginals if m.purpose == "one_way"] for x in (a, b))
    pairs = list(zip(*one_ways, strict=True))
    ratios = [(x.values - y.values).ravel() / (x.sigma * np.sqrt(2)) for x, y in pairs]
    values = np.concatenate(ratios)
    assert len(values) > 20
    assert 0.6 < values.std() < 1.5
    planned = plan(load(study.policy))
    multipliers = dict(zip(planned.domain.names, planned.mechanisms[0].design.one_way_multipliers, strict=True))
    bound = planned.loaded.policy.privacy.contribution.max_rows_per_unit
    [sex] = [x for x, _ in pairs if x.clique == ("sex",)]
    assert sex.sigma == pytest.approx(bound * multipliers["sex"], rel=1e-3)


def test_the_ledger_ends_with_the_digest_of_the_manifest(study: Study) -> None:
    outcome = study.run()
    digest = hashlib.sha256((outcome.folder.public / "manifest.json").read_bytes()).hexdigest()
    assert outcome.manifest_digest == digest
    with sqlite3.connect(study.folder / "ledger.sqlite") as book:
        [(body,)] = book.execute("SELECT body FROM entry WHERE kind = 'commit'").fetchall()
    assert json.loads(body) == {"manifest_digest": digest}


def test_commitments_open_with_the_salts_that_stay_inside(study: Study) -> None:
    folder = study.run().folder
    manifest = json.loads((folder.public / "manifest.json").read_text())
    kept = json.loads((folder.internal / "commitment.json").read_text())
    listed = {
        name: hashlib.sha256((folder.internal / name).read_bytes()).hexdigest()
        for name in ("facts.json", "report.en.html")
    }
    assert kept["report"]["files"] == listed
    for name, field in (("report", "internal_commitment"), ("source", "source_commitment")):
        assert manifest[field] == kept[name]["digest"] and len(bytes.fromhex(kept[name]["salt"])) == 32
        assert kept[name]["salt"] not in json.dumps(manifest)
    salt = bytes.fromhex(kept["report"]["salt"])
    document = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(salt + document).hexdigest() == manifest["internal_commitment"]


def fine(*_: object) -> tuple[()]:
    return ()


def failing(*_: object) -> None:
    raise ZeroDivisionError(SECRET)


def talking(*_: object) -> tuple[()]:
    warnings.warn(SECRET, RuntimeWarning, stacklevel=1)
    logging.getLogger("somebody").warning(SECRET)
    return ()


def out_of_memory(*_: object) -> None:
    raise MemoryError


@pytest.mark.parametrize("step", ["utility", "run_attacks", "surrogate"])
@pytest.mark.parametrize("behaviour", [failing, talking, out_of_memory])
def test_the_internal_evaluation_cannot_end_a_run_or_speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, behaviour: object
) -> None:
    def run(name: str, change: bool) -> tuple[Said, dict[str, bytes], Path]:
        study = Study(tmp_path / name, attacks="focal, dcr")
        with monkeypatch.context() as patch:
            if change:
                target = evaluation.surrogate if step == "surrogate" else evaluation
                patch.setattr(target, step, behaviour)
            said = study.command("--log", "json")
        folder = inside(study).parent
        out = said.out.replace(folder.name, "RUN").replace(str(study.folder), "")
        return Said(said.code, out, said.err), files(folder / "public"), folder

    expected, public, _ = run("clean", False)
    said, found, folder = run("changed", True)
    assert said == expected and said.code == 0
    assert found.keys() == public.keys()
    assert SECRET not in said.out + said.err
    assert not [n for n, content in found.items() if SECRET.encode() in content]
    if behaviour is talking:
        assert SECRET in (folder / "internal/warnings.txt").read_text()
    if behaviour is failing:
        assert SECRET in "".join(p.read_text() for p in (folder / "internal").glob("failure-*.txt"))


def test_attack_results_do_not_reach_the_public_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    original, sampler, seen = evaluation.run_attacks, Replay(), []
    study = Study(tmp_path / "s", attacks="focal, dcr")
    for status in ("passed", "leak", "invalid", "not_resolvable"):

        def forced(*arguments: object, status: str = status) -> tuple[object, ...]:
            return tuple(replace(r, status=status, value=0.9) for r in original(*arguments))  # type: ignore[arg-type]

        monkeypatch.setattr(evaluation, "run_attacks", forced)
        sampler.rewind()
        (study.folder / "ledger.sqlite").unlink(missing_ok=True)
        shutil.rmtree(study.out, ignore_errors=True)  # nobody remembers the run before
        outcome = study.run(sampler=sampler, frozen=replace(FROZEN, run_id=f"{len(seen):06d}"))
        facts = json.loads((outcome.folder.public / "facts.json").read_text())
        seen.append((facts["verdict"], facts["attacks"], facts["unprotected"]))
    assert all(s == seen[0] for s in seen)


def test_the_roles_of_columns_reach_the_attacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = POLICY.replace("sex: {", "sex: {role: quasi_identifier, ").replace("cost: {", "cost: {role: sensitive, ")
    study = Study(tmp_path / "s", policy_text=text, attacks="singling_out, linkability, inference, linkage")
    original, seen = evaluation.run_attacks, []

    def listening(*arguments: object) -> tuple[object, ...]:
        seen.append(arguments[5])
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(evaluation, "run_attacks", listening)
    outcome = study.run(sampler=Replay(), frozen=FROZEN)
    assert [(s.quasi_identifiers, s.secrets) for s in seen] == [(("sex",), ("cost",))] * 4
    facts = json.loads((outcome.folder.root / "internal/facts.json").read_text())
    assert [a["name"]["value"] for a in facts["attacks"]] == ["singling_out", "linkability", "inference", "linkage"]
    page = (outcome.folder.root / "internal/report.en.html").read_text()
    assert "Right, of the claims about cost" in page
    assert "Not run:" not in page


def test_a_failing_internal_report_says_where_to_look(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpsynth.run.pipeline._internal_report", failing)
    assert study.command("--quiet").code == 0
    assert "failure-report.txt" in (inside(study) / "report.en.html").read_text()
    assert SECRET in (inside(study) / "failure-report.txt").read_text()


def test_public_files_do_not_tell_how_long_the_run_worked(study: Study) -> None:
    outcome = study.run(frozen=FROZEN)
    times = {p.stat().st_mtime for p in (outcome.folder.public, *outcome.folder.public.rglob("*"))}
    assert times == {FROZEN.now.timestamp()}


def test_spilled_rows_of_a_run_that_goes_on_are_left_alone(tmp_path: Path) -> None:
    going, crashed, mine = (RunFolder(tmp_path / "p" / name) for name in ("going", "crashed", "mine"))
    for folder in (going, crashed):
        folder.create()
    crashed.spill.mkdir()
    (crashed.spill / "rows").write_text("real rows")
    code = f"""
import sys, time
from pathlib import Path
from dpsynth.run.folder import RunFolder
going = RunFolder(Path({str(going.root)!r}))
going.hold()
(going.spill / "rows").write_text("real rows")
print("held", flush=True)
time.sleep(30)
"""
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    mine.clean_after_crashes()
    assert not crashed.spill.exists() and (going.spill / "rows").exists()
    other.kill()
    other.wait()
    mine.clean_after_crashes()
    assert not going.spill.exists()


def test_a_look_does_not_refuse_a_start(tmp_path: Path) -> None:
    """A run that starts while somebody holds its mark for a moment waits for it."""
    folder = RunFolder(tmp_path / "p" / "run")
    folder.create()
    descriptor = os.open(folder._lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    assert not folder.goes_on, "another look is no run"
    moment = threading.Timer(0.1, os.close, [descriptor])
    moment.start()
    with folder.held():
        assert folder.goes_on
    moment.join()
    assert not folder.goes_on


def typed(strange: bool) -> pa.Table:
    table = rows(people=120)
    day = 86_400_000
    born = np.arange(len(table), dtype=np.int64) * day
    if strange:
        born[5] += 12345  # a day with a time of day in a column of days
    return pa.table(
        {
            "person": [r[0] for r in table],
            "sex": pa.array([r[1] for r in table]).dictionary_encode(),
            "ward": [None if strange and i == 3 else r[2] for i, r in enumerate(table)],
            "age": pa.array([2**31 - 1 if strange and i == 7 else int(r[3]) for i, r in enumerate(table)], pa.int64()),
            "cost": [float("nan") if strange and i == 9 else float(r[4]) for i, r in enumerate(table)],
            "died": [r[5] == "true" for r in table],
            "born": pa.Array.from_buffers(pa.date64(), len(table), [None, pa.py_buffer(born.tobytes())]),
        }
    )


@pytest.mark.parametrize("ending", ["feather", "parquet"])
def test_odd_cells_in_typed_files_change_no_message(tmp_path: Path, ending: str) -> None:
    said = []
    for strange in (False, True):
        study = Study(tmp_path / str(strange))
        study.edit("visits.csv", f"visits.{ending}")
        study.edit("      died:", "      born: {type: date, min: 1970-01-01, max: 1972-01-01, nullable: true, source: doc}"
                   "\n      died:")  # fmt: skip
        if ending == "feather":
            pyarrow.feather.write_feather(typed(strange), str(study.folder / "visits.feather"))
        else:
            import pyarrow.parquet as pq

            pq.write_table(typed(strange), study.folder / "visits.parquet")
        heard = study.command("--log", "json")
        name = inside(study).parent.name
        said.append((heard.code, heard.err, heard.out.replace(name, "RUN").replace(str(study.folder), "")))
    assert said[0][0] == 0, said[0]
    assert said[0] == said[1]


def test_a_file_without_a_header_line_shows_no_row(study: Study) -> None:
    study.data.write_text("id0001,f,ward,34,12.5,true\nid0002,m,a,30,1.0,false\n")
    said = study.command("--quiet")
    assert said.code == 11 and "id0001" not in said.err and "34" not in said.err
    assert not (study.folder / "ledger.sqlite").exists()
