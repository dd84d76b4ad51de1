"""Balanced rows and copies from a finished run, through the command line: exact, labelled, described, whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dpsynth import _files
from dpsynth.errors import ResourceError, UsageError
from dpsynth.release import manifest
from dpsynth.run.opened import opened
from dpsynth.run.resample import Files, extra, synthetic_tables
from dpsynth.sampling.conditions import evidence, written
from dpsynth.sampling.trained import Draw, Wish
from tests.run.study import CANDIDATES, POLICY, Said, Study, files, rows, say


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Study(tmp_path_factory.mktemp("study"), table=rows(people=900)).run().folder.root


def sampled(run: Path, out: Path, *arguments: str) -> Said:
    said = say("sample", str(run), "--out", str(out), *arguments)
    assert said.code == 0, said.err
    return said


def test_a_balanced_table_carries_weights_that_undo_it(release: Path, tmp_path: Path) -> None:
    before = files(release)
    said = sampled(release, tmp_path / "x.parquet", "--balance", "ward", "--rows", "40000", "--seed", "1")
    table, trained = pq.read_table(tmp_path / "x.parquet").to_pandas(), opened(release).trained
    ward = trained.model.marginal(("ward",))
    counts = table["ward"].value_counts()
    large = [level for level in "abcd" if counts[level] > 5000]
    assert len(large) >= 2 and counts[large].max() - counts[large].min() <= 2
    assert table["synthetic_weight"].mean() == pytest.approx(1, abs=1e-3)
    joint = trained.model.marginal(("ward", "sex"))
    for i, level in enumerate("abcd"):
        here = table[table["ward"] == level]
        assert here["synthetic_weight"].sum() / 40000 == pytest.approx(ward[i], abs=1e-3)
        women = here.loc[here["sex"] == "f", "synthetic_weight"].sum() / 40000
        assert women == pytest.approx(joint[i, 0], abs=0.01)
    facts = json.loads((tmp_path / "x.parquet.json").read_text())
    small = {entry["level"] for entry in facts["hidden_by_noise"]}
    assert "other" in small  # the study has nobody there
    assert all(level in said.err for level in small) and "keep their share" in said.err
    kept = table[table["ward"].isin(small)]["synthetic_weight"]
    assert (kept == 1.0).all()
    assert files(release) == before  # nothing in the run changed


def test_what_was_drawn_is_described(release: Path, tmp_path: Path) -> None:
    given = "sex=f, ward=b"
    sampled(release, tmp_path / "x.csv", "--given", given, "--balance", "died", "--copies", "2", "--ratio", "0.1")
    text, facts = (tmp_path / "x.csv.README.txt").read_text(), json.loads((tmp_path / "x.csv.json").read_text())
    run = opened(release)
    assert facts["post_processing_of"] == run.release_id and facts["further_budget"] == 0
    assert facts["manifest_sha256"] == _files.sha256(release / "public" / manifest.MANIFEST)
    assert facts["files"] == {"x.csv": _files.sha256(tmp_path / "x.csv")}
    assert facts["given"] == {"sex": "f", "ward": "b"} and facts["balance"] == "died" and facts["copies"] == 2
    each = round(0.1 * run.trained.released)
    assert facts["rows"] == {"visits": 2 * each} and 2 * each == len((tmp_path / "x.csv").read_text().splitlines()) - 1
    words = " ".join(text.split())
    for wanted in (run.release_id, "no further budget", "sex=f, ward=b", "synthetic_weight", "dpsynth.combine", "SYN"):
        assert wanted in words, wanted
    assert "NOT A RELEASE" not in words and max(map(len, text.splitlines())) <= 110


def test_the_command_of_the_documentation_works_whole(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = say("sample", str(release), "--given", "sex=f,ward=b", "--balance", "ward", "--ratio", "2", "--copies", "5")
    assert said.code == 0, said.err
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "SYN_visits.csv", "SYN_visits.csv.README.txt", "SYN_visits.csv.json",
    ]  # fmt: skip
    table = pd.read_csv("SYN_visits.csv")
    assert set(table["ward"]) == {"b"} and set(table["sex"]) == {"f"} and (table["synthetic_weight"] == 1).all()
    assert table["synthetic_copy"].value_counts().to_dict() == dict.fromkeys(
        range(1, 6), 2 * opened(release).trained.released
    )
    assert table["person"].is_unique and table["person"].str.startswith("SYN").all()
    assert "nothing to balance" in said.err


def test_copies_differ_more_than_tables_of_one_model(release: Path) -> None:
    trained = opened(release).trained
    copies = {b.copy: b.codes for b in Draw(trained, Wish(20000, copies=8, seed=1)).blocks()}
    tables = [next(Draw(trained, Wish(20000, seed=s)).blocks()).codes for s in range(8)]
    place = trained.domain.index("ward")

    def spread(codes) -> float:
        return float(np.std([np.bincount(c[:, place], minlength=5) / len(c) for c in codes], axis=0).mean())

    assert spread(copies.values()) > 3 * spread(tables)


def test_the_same_seed_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        arguments = ("--rows", "500", "--balance", "ward", "--copies", "2", "--seed", "4")
        sampled(release, tmp_path / name / "x.csv", *arguments)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    trained = opened(release).trained
    whole = [b.codes for b in Draw(trained, Wish(100, seed=4)).blocks()]
    other = [b.codes for b in Draw(trained, Wish(100, seed=5)).blocks()]
    assert not np.array_equal(whole[0], other[0])


def test_a_group_in_the_noise_is_marked(release: Path, tmp_path: Path) -> None:
    said = sampled(release, tmp_path / "x.csv", "--given", "ward=other", "--rows", "10")
    assert "mostly noise" in said.err and "mostly noise" in " ".join(
        (tmp_path / "x.csv.README.txt").read_text().split()
    )
    said = sampled(release, tmp_path / "y.csv", "--given", "ward=a", "--rows", "10")
    assert "mostly noise" not in said.err and "share its privacy noise" in said.err
    said = sampled(release, tmp_path / "z.csv", "--rows", "10", "--copies", "2")
    assert "share its privacy noise" not in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--balance", "nix"], ["--balance is 'nix'", "'ward'"]),
        (["--copies", "1"], ["--copies is 1"]),
        (["--ratio", "0"], ["--ratio is 0"]),
        (["--ratio", "nan"], ["--ratio is nan"]),
        (["--ratio", "1e30"], ["--ratio is 1e+30"]),
        (["--rows", "1" + 30 * "0"], ["--rows"]),
        (["--rows", "3", "--ratio", "2"], ["--rows and --ratio"]),
        (["--given", "sex=f,ward=z"], ["--given ward=z", "'a', 'b', 'c', 'd', 'other'"]),
        (["--given", "sex=f,nix=1"], ["--given sex=f,nix=1", "'f', 'm'"]),
        (["--given", "sex=f,sex=m"], ["twice"]),
        (["--given", "ward=other,age=80 to 100", "--balance", "sex"], ["--balance sex", "3 standard deviations"]),
    ],
)
def test_what_cannot_be_drawn_is_one_clear_error(
    release: Path, tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    said = say("sample", str(release), "--out", str(tmp_path / "x.csv"), *arguments)
    assert said.code == 64 and said.err.count("\n") == 1 and all(word in said.err for word in words), said.err
    assert not list(tmp_path.iterdir())


def test_nothing_beside_the_table_is_replaced_unasked(release: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv.json").write_text("mine")
    said = say("sample", str(release), "--rows", "3", "--out", str(tmp_path / "x.csv"))
    assert said.code == 64 and "x.csv.json" in said.err and len(list(tmp_path.iterdir())) == 1
    sampled(release, tmp_path / "x.csv", "--rows", "3", "--force")


def test_a_disk_that_fails_leaves_no_table(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    said = say("sample", str(release), "--rows", "3", "--out", str(tmp_path / "x.csv"))
    assert said.code == ResourceError.exit_code and not list(tmp_path.iterdir())


def test_networks_are_neither_balanced_nor_copied_without_measurements(release: Path) -> None:
    from dataclasses import replace

    from dpsynth.synth.network.mixture import Mixture
    from dpsynth.synth.tree_model import CompressedModel

    trained = opened(release).trained
    sizes = {c.name: c.size for c in trained.model.columns}
    network = CompressedModel(trained.model.columns, Mixture(sizes, np.ones((4, sum(sizes.values())), np.float32)))
    other = replace(trained, model=network, refit=None)
    with pytest.raises(UsageError, match="junction tree"):
        Draw(other, Wish(10, balance="ward"))
    with pytest.raises(UsageError, match="sums of gradients"):
        Draw(other, Wish(10, copies=2))
    codes = next(Draw(other, Wish(10, given={"ward": 2})).blocks()).codes
    assert (codes[:, other.domain.index("ward")] == 2).all()


RULED = POLICY.replace(
    "privacy:\n",
    "    rules: [{impossible: {sex: [m], ward: [d, other]}}, {determines: {from: ward, to: sex, map_file: w.csv}}]\nprivacy:\n",
)


def test_rules_hold_in_every_row_that_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s/w.csv").write_text("from,to\na,f\na,m\nb,f\nb,m\nc,f\nc,m\nd,f\n")
    study = Study(tmp_path / "s", policy_text=RULED)
    run = study.run().folder.root
    sampled(run, tmp_path / "x.parquet", "--balance", "ward", "--rows", "4000", "--copies", "3")
    table = pq.read_table(tmp_path / "x.parquet").to_pandas()
    assert not ((table["sex"] == "m") & table["ward"].isin(["d", "other"])).any()
    assert ((table["sex"] == "f") & (table["ward"] == "d")).any()
    said = say("sample", str(run), "--rows", "3", "--out", str(tmp_path / "y.csv"), "--given", "sex=m,ward=d")
    assert said.code == 64 and said.err.count("\n") == 1 and "no row can have these levels together" in said.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_rows_per_unit: 3}", "max_rows_per_unit: 3, clip: auto}"),
        ("audit:", CANDIDATES + "audit:"),
        ("audit:", "synthesis: {mechanism: aim}\naudit:"),
        ("audit:", "synthesis: {mechanism: marginal_network}\naudit:"),
    ],
    ids=["clipped", "candidates", "aim", "network"],
)
def test_every_mechanism_on_marginals_makes_copies(tmp_path: Path, old: str, new: str) -> None:
    study = Study(tmp_path / "s")
    study.edit(old, new)
    trained = opened(study.run().folder.root).trained
    copies = [b.codes for b in Draw(trained, Wish(500, given={"sex": 0}, copies=2, seed=1)).blocks()]
    assert len(copies) == 2 and not np.array_equal(*copies)
    assert all((codes[:, 0] == 0).all() and len(codes) == 500 for codes in copies)


def test_rows_of_a_rehearsal_say_so(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    assert study.command("--rehearse", "--quiet").code == 0
    (run,) = (study.out / "small").glob("rehearsal-*")
    said = sampled(run, tmp_path / "x.csv", "--rows", "3")
    assert "must not be released" in said.out
    assert (tmp_path / "x.csv.README.txt").read_text().startswith("NOT A RELEASE")
    assert json.loads((tmp_path / "x.csv.json").read_text())["releasable"] is False


def test_names_of_added_columns_never_clash(release: Path) -> None:
    from dataclasses import replace

    trained = opened(release).trained
    first = replace(trained.domain.attributes[0], name="synthetic_copy")
    domain = replace(trained.domain, attributes=(first, *trained.domain.attributes[1:]))
    draw = Draw(replace(trained, domain=domain), Wish(10, copies=2))
    assert extra(domain.names, draw) == {"copy": "synthetic_copy_"}


def test_blocks_change_neither_rows_nor_their_law(release: Path) -> None:
    trained = opened(release).trained
    found = [
        t["visits"].num_rows for t in synthetic_tables(trained, Draw(trained, Wish(100, copies=2, balance="ward")), 30)
    ]
    assert found == [30, 30, 30, 10] * 2
    assert Files.of(opened(release), Path("a/b.csv")).about == Path("a/b.csv.README.txt")


def test_conditions_from_programs_are_those_of_the_command_line(release: Path) -> None:
    domain = opened(release).trained.domain
    assert evidence(domain, written({"died": True, "age": 25, "ward": "c"})) == evidence(
        domain, ["died=true", "age=20 to 39,ward=c"]
    )
