"""The public edition does not change by one byte when the real data change and the DP outputs do not; and one person
changes no message, no file name and no shape."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dpsynth.data.examples import open_table
from dpsynth.data.open import open_source
from dpsynth.policy.load import load
from dpsynth.privacy.ledger import Ledger
from dpsynth.release.contents import CONTENTS, kind_of
from dpsynth.run.plan import plan
from dpsynth.run.setting import Setting
from dpsynth.synth.model_file import load_measurements
from tests.run.study import CANDIDATES, FROZEN, POLICY, Replay, Rows, Study, files, rows, say

MAY_DIFFER = {"internal_commitment", "source_commitment"}
"""Manifest fields that depend on the real data, each behind a salt of its own that never leaves."""

ATTACKS = "focal, dcr, nearest"


def public(study: Study, sampler: Replay) -> tuple[dict[str, bytes], dict]:
    sampler.rewind()
    ledger, fresh = study.folder / "ledger.sqlite", study.folder / "fresh.sqlite"
    if not fresh.exists():
        book = Ledger(study.ledger)
        book.register("small-people", "patient", 5.0, 1e-5)
        book.close()
        shutil.copy(ledger, fresh)
    shutil.copy(fresh, ledger)
    outcome = study.run(sampler=sampler, frozen=FROZEN)
    found = files(outcome.folder.public)
    manifest = json.loads(found.pop("manifest.json"))
    shutil.rmtree(outcome.folder.root)
    return found, manifest


def others() -> dict[str, Rows]:
    table = rows()
    busiest = max({r[0] for r in table}, key=lambda p: sum(r[0] == p for r in table))
    return {
        "another study": rows(people=280, seed=99),
        "nobody": [],
        "one row": table[:1],
        "without the busiest": [r for r in table if r[0] != busiest],
        "strange cells": [[r[0], "?", "<b>", "x", "1e999", ""] for r in table],
        "one person, 10000 rows": [["id1", "f", "a", "3", "0", "true"]] * 10000,
    }


@pytest.mark.parametrize(("attacks", "synthesis"), [("", ""), (ATTACKS, ""), ("", CANDIDATES)])
def test_public_edition_is_a_function_of_dp_outputs(
    tmp_path: Path, attacks: str, synthesis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The ledger's clock; the hash of its newest entry is printed in every report.
    clock = SimpleNamespace(now=lambda zone: FROZEN.now)
    monkeypatch.setattr("dpsynth.privacy.ledger_page.dt", SimpleNamespace(datetime=clock, UTC=dt.UTC))
    sampler = Replay()
    study = Study(tmp_path / "s", policy_text=POLICY + synthesis, attacks=attacks)
    expected, manifest = public(study, sampler)
    for kind in CONTENTS:  # every kind of file that a sealed bundle always has is compared
        there = [path for path in (*expected, "manifest.json") if kind_of(path) is kind]
        assert bool(there) is kind.always, kind.pattern
    for name, table in (
        others().items() if attacks + synthesis == "" else [("another study", others()["another study"])]
    ):
        study.write(table)
        found, other = public(study, sampler)
        assert found.keys() == expected.keys(), name
        for path in expected:
            assert found[path] == expected[path], f"{name}: {path}"
        differing = {k for k in manifest if manifest[k] != other[k]}
        assert differing <= MAY_DIFFER, name
        assert differing >= MAY_DIFFER, name


def test_source_digest_is_new_in_every_run(study: Study) -> None:
    first, second = (json.loads((study.run().folder.public / "manifest.json").read_text()) for _ in range(2))
    assert first["source_commitment"] != second["source_commitment"]


def test_removing_one_person_changes_no_message_name_or_shape(tmp_path: Path) -> None:
    table = rows(people=120)
    people = sorted({r[0] for r in table})
    busiest = max(people, key=lambda p: sum(r[0] == p for r in table))
    chosen = [busiest, *np.random.default_rng(0).choice(people, 4, replace=False)]
    expected = None
    for i, person in enumerate([None, *chosen]):
        study = Study(tmp_path / str(i), table=[r for r in table if r[0] != person], attacks=ATTACKS)
        said = study.command("--log", "json")
        [run] = [p for p in (study.out / "small").iterdir() if not p.is_symlink()]
        names = sorted(files(run))
        # Which tables are asked after the first look is a function of its noisy answers.
        measured = load_measurements(run / "measured", "clique_tree").marginals
        first = [(m.clique, m.values.shape) for m in measured if m.purpose == "one_way"]
        assert len(first) == 5
        seen = (said.code, said.err, said.out.replace(run.name, "RUN").replace(str(study.folder), ""), names, first)
        expected = expected or seen
        assert seen == expected, f"person {i}"


def test_the_split_of_everyone_else_stays(tmp_path: Path) -> None:
    table = rows(people=200)
    key = b"k" * 32

    def parts(removed: str | None) -> list[tuple[bytes, int]]:
        study = Study(tmp_path / str(removed), table=[r for r in table if r[0] != removed])
        planned = plan(load(study.policy))
        policy = planned.loaded.policy
        source = open_source(
            policy.table, policy.source, policy.privacy.contribution, planned.domain,
            open_table(str(study.data)), key, lambda: None,
        )  # fmt: skip
        return [
            (u.codes[u.owner == i].tobytes(), side)
            for side, u in enumerate((source.train, source.reference, source.control))
            for i in range(u.size)
        ]

    everybody = parts(None)
    for person in ("id0000", "id0007", "id0111"):
        rest = parts(person)
        missing = list(everybody)
        for entry in rest:
            missing.remove(entry)
        assert len(missing) == 1, "exactly the removed person is gone, and nobody changed sides or rows"


CANARY = "Kanarienvogel-7731"


def test_a_canary_is_found_nowhere(tmp_path: Path) -> None:
    table = rows()
    for i, r in enumerate(table[:60]):
        r[1 + i % 5] = CANARY
    table[70][0] = CANARY
    study = Study(tmp_path / "s", table=table, attacks=ATTACKS)
    said = study.command("--log", "json")
    assert said.code == 0
    assert CANARY not in said.out + said.err
    everything = files(study.out) | {"ledger": (study.folder / "ledger.sqlite").read_bytes()}
    found = [name for name, content in everything.items() if CANARY.encode() in content]
    assert [name for name in found if "/internal/" not in name] == []


class Repeated:
    """Bits that somebody could draw again."""

    name, private = "testing.repeated", False

    def words(self, number):
        return np.zeros(number, np.uint64)


@pytest.mark.parametrize("source", [{"sampler": Replay()}, {"bits": Repeated()}], ids=["noise", "samples"])
def test_a_source_of_noise_that_is_not_private_marks_everything(study: Study, source) -> None:
    outcome = study.run(**source)
    manifest = json.loads((outcome.folder.public / "manifest.json").read_text())
    facts = json.loads((outcome.folder.public / "facts.json").read_text())
    said = say("budget", "show", "small-people", "--ledger", study.ledger)
    assert "NOT PRIVATE" in said.out
    assert manifest["releasable"] is False
    assert facts["verdict"]["status"]["value"] == "block"


def test_setting_has_no_noise_seed() -> None:
    assert not {f for f in Setting.__dataclass_fields__ if "seed" in f}
    assert "seed" not in POLICY
