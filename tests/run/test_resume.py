"""A run that stopped goes on from its answers: nothing is drawn twice, charged twice, or taken for whole that is not."""

from __future__ import annotations

import json
import multiprocessing.connection
import random
import resource
import shutil
from pathlib import Path

import pytest

from dpsynth.errors import DpsynthError, LedgerError
from dpsynth.privacy.ledger import Ledger
from dpsynth.run import bundle, one_table, pipeline
from dpsynth.run.diary import Diary
from dpsynth.run.folder import RunFolder
from dpsynth.run.progress import Quiet
from dpsynth.synth import model_file
from tests.run import kills
from tests.run.study import Replay, Said, Study, files, rows, say
from tests.run.test_broken import assert_one_line, charges

KILLS = 6


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study(tmp_path / "study")
    made.edit("epsilon: 2.0", "epsilon: 0.3")
    return made


def stopped(study: Study, monkeypatch: pytest.MonkeyPatch, room: object = bundle, step: str = "seal") -> Path:
    """The folder of a run that was stopped by hand at a step."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = set(study.out.glob("small/2*"))
    with monkeypatch.context() as patched:
        patched.setattr(room, step, stop)
        said = study.command("--quiet")
    assert said.code == 130 and "stays charged" in said.err
    (root,) = set(study.out.glob("small/2*")) - before
    return root


def resume(study: Study, root: Path, *more: str) -> Said:
    return say("run", "--resume", str(root), "--ledger", study.ledger, "--quiet", *more)


def answers(root: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (root / "measured/answers").glob("0*")}


def kinds(study: Study) -> list[str]:
    ledger = Ledger(study.ledger)
    try:
        return [e.kind for e in ledger.entries()]
    finally:
        ledger.close()


def test_a_run_goes_on_with_what_it_measured(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stopped(study, monkeypatch)
    measured, kept, rows_before = files(root / "measured"), answers(root), files(root / "public/data")
    assert len(kept) > 3 and (root / "measured/answers").stat().st_mode & 0o077 == 0
    monkeypatch.setattr(RunFolder, "forget_answers", lambda self: None)
    said = resume(study, root)
    assert said.code == 0 and root.name in said.out
    assert files(root / "measured") == measured and answers(root) == kept
    assert files(root / "public/data") == rows_before, "the same public randomness"
    assert kinds(study) == ["population", "reserve", "opened", "measuring", "commit"]
    assert say("verify", str(root / "public")).code == 2
    assert not (root / "internal/failure.txt").exists()
    sealed = files(root / "public")
    assert resume(study, root).code == 0, "a run that is complete stays as it is"
    assert files(root / "public") == sealed and len(kinds(study)) == 5


def test_answers_are_forgotten_when_the_run_is_complete(study: Study) -> None:
    root = study.run().folder.root
    assert sorted(p.name for p in (root / "measured").iterdir()) == ["clique_tree.json", "clique_tree.npz"]


@pytest.mark.parametrize("mechanism", ["aim", "mst"])
def test_adaptive_questions_are_asked_again_in_order(
    study: Study, mechanism: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study.policy.write_text(study.policy.read_text() + f"synthesis: {{mechanism: {mechanism}}}\n")
    root = stopped(study, monkeypatch, model_file, "save_measurements")
    kept = answers(root)
    assert len(kept) > 2
    last = max(kept)
    (root / "measured/answers" / last).unlink()  # as if it had stopped before that one
    monkeypatch.setattr(RunFolder, "forget_answers", lambda self: None)
    assert resume(study, root).code == 0
    found = answers(root)
    assert {name: found[name] for name in kept if name != last} == {n: c for n, c in kept.items() if n != last}
    assert found[last] != kept[last], "drawn anew"
    assert len(found[last]) == len(kept[last]), "the size of a file follows from the question"


def test_a_torn_answer_is_removed_unread_and_drawn_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stopped(study, monkeypatch)
    folder = root / "measured/answers"
    last = max(answers(root))
    torn = folder / ".torn.part"
    torn.write_bytes((folder / last).read_bytes()[:50])
    torn.chmod(0)
    (folder / last).unlink()
    assert resume(study, root).code == 0
    assert not torn.exists() and charges(study) == ["committed"]


def damaged(study: Study, root: Path) -> None:
    path = root / "measured/answers/000001"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def cut_off(study: Study, root: Path) -> None:
    path = root / "measured/answers/000001"
    path.write_bytes(path.read_bytes()[:-8])


def answers_swapped(study: Study, root: Path) -> None:
    first, second = (root / "measured/answers" / name for name in ("000000", "000001"))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


def answers_gone(study: Study, root: Path) -> None:
    shutil.rmtree(root / "measured/answers")
    a_row_changed(study, root)


def rows_gone(study: Study, root: Path) -> None:
    (root / "measured/answers/rows").unlink()


def an_answer_gone(study: Study, root: Path) -> None:
    (root / "measured/answers/000001").unlink()


def restored(study: Study, root: Path) -> None:
    shutil.copytree(root, root.parent / "copy")
    shutil.rmtree(root)
    (study.folder / "taken").mkdir()  # takes the number that is free now
    (root.parent / "copy").rename(root)


def a_row_changed(study: Study, root: Path) -> None:
    study.write([[*rows()[0][:1], "m", *rows()[0][2:]], *rows()[1:]])


def policy_changed(study: Study, root: Path) -> None:
    study.edit("max_rows_per_unit: 3", "max_rows_per_unit: 2")


def policy_gone(study: Study, root: Path) -> None:
    study.policy.unlink()


def another_version(study: Study, root: Path) -> None:
    begun = json.loads((root / "begun.json").read_text())
    (root / "begun.json").write_text(json.dumps({**begun, "code_digest": "0" * 64}))


def another_noise(study: Study, root: Path) -> None:
    begun = json.loads((root / "begun.json").read_text())
    (root / "begun.json").write_text(json.dumps({**begun, "sampler": "replay"}))


def note_damaged(study: Study, root: Path) -> None:
    (root / "begun.json").write_text("{")


def held(study: Study, root: Path) -> None:
    RunFolder(root).hold()


REFUSED = [
    (damaged, 11, "damaged"),
    (cut_off, 11, "damaged"),
    (answers_swapped, 11, "another question"),
    (a_row_changed, 11, "not the one that the answers"),
    (policy_changed, 10, "not the one that run"),
    (policy_gone, 10, "policy.yaml"),
    (another_version, 64, "another version"),
    (another_noise, 64, "replay"),
    (answers_gone, 11, "Start a new run"),
    (rows_gone, 11, "Start a new run"),
    (an_answer_gone, 11, "000001 was removed"),
    (restored, 64, "only in the folder where it began"),
    (note_damaged, 11, "begun.json"),
    (held, 14, "another process"),
]


@pytest.mark.parametrize(("fault", "code", "word"), REFUSED, ids=lambda v: getattr(v, "__name__", ""))
def test_what_is_not_the_same_run_is_refused(
    study: Study, fault, code: int, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = stopped(study, monkeypatch)
    fault(study, root)
    before = answers(root)
    assert_one_line(resume(study, root), code, word)
    assert charges(study) == ["open"] and answers(root) == before
    RunFolder(root).release()


def test_a_copy_of_a_run_does_not_go_on_beside_it(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stopped(study, monkeypatch)
    copy = study.folder / "elsewhere/small" / root.name
    shutil.copytree(root, copy)
    assert_one_line(resume(study, copy), 64, "only in the folder where it began")
    assert resume(study, root).code == 0


def test_a_charge_that_nobody_heard_of_is_given_back(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped by hand between the ledger's entry and its answer."""
    real = Ledger.reserve

    def stop(*given: object, **more: object) -> None:
        real(*given, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "reserve", stop)
    assert study.command("--quiet").code == 130
    assert charges(study) == ["void"] and not list(study.out.glob("small/2*"))

    def away(*_: object) -> None:
        raise LedgerError("The ledger is out of reach.")

    monkeypatch.setattr(Ledger, "void", away)
    said = study.command("--quiet")
    (root,) = study.out.glob("small/2*")
    assert_one_line(said, 130, str(root), "dpsynth budget void")
    assert charges(study) == ["void", "reserved"]
    assert say("batch", str(study.policy), "--out", str(study.out), "--ledger", study.ledger).code == 130
    assert len(list(study.out.glob("small/2*"))) == 2, "what may be charged keeps its folder"


def test_another_ledger_is_refused(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    root = stopped(study, monkeypatch)
    other = Study(study.folder / "other")
    other.run()
    assert_one_line(resume(other, root), 13, "is not in the ledger")
    assert charges(other) == ["committed"]


def test_a_reservation_that_was_given_back_is_over(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(one_table, "open_source", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        said = study.command("--quiet")
    assert said.code == 130 and "charged" not in said.err and charges(study) == ["void"]
    (root,) = study.out.glob("small/2*")
    assert_one_line(resume(study, root), 13, "was given back")


def test_words_of_the_command_line(study: Study) -> None:
    assert_one_line(say("run"), 64, "POLICY or --resume")
    assert_one_line(say("run", str(study.policy), "--resume", "x"), 64, "POLICY or --resume")
    assert_one_line(say("run", "--resume", "x", "--rehearse"), 64, "--rehearse")
    assert_one_line(say("run", "--resume", str(study.folder), "--ledger", study.ledger), 64, "OUT/POLICY/RUN")
    assert study.command("--rehearse", "--quiet").code == 0
    (root,) = study.out.glob("small/rehearsal-*")
    assert_one_line(say("run", "--resume", str(root), "--ledger", study.ledger), 64, "rehearsal costs nothing")


def test_noise_that_is_not_private_stays_marked(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = Replay()
    with monkeypatch.context() as patched, pytest.raises(DpsynthError):
        patched.setattr(bundle, "seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        study.run(sampler=sampler)
    (root,) = study.out.glob("small/2*")
    outcome = pipeline.resume(root, study.ledger, Quiet(), sampler)
    assert json.loads((outcome.folder.public / "manifest.json").read_text())["releasable"] is False


def test_killed_at_any_moment(tmp_path: Path) -> None:
    study = kills.two_candidates(tmp_path / "killed")
    names = kills.moments(study)
    for at in kills.choose(names, KILLS, random.Random()):
        killed = kills.kill(study, names, at)
        assert not killed.lost and not killed.double, killed


def _full(study: Study, stage: str, tell: multiprocessing.connection.Connection) -> None:
    """A run for which no file may grow beyond 200 bytes from a stage on."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    begin = Diary.stage

    def limited(self: Diary, name: str) -> None:
        if name == stage:
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
        begin(self, name)

    Diary.stage = limited  # type: ignore[method-assign]
    tell.send(study.command("--quiet"))


@pytest.mark.parametrize("stage", ["measure", "sample", "report"])
def test_disk_full(study: Study, stage: str) -> None:
    ours, theirs = kills.FORK.Pipe(duplex=False)
    process = kills.FORK.Process(target=_full, args=(study, stage, theirs))
    process.start()
    theirs.close()
    said = ours.recv()
    process.join()
    assert_one_line(said, 14, "file too large", "stays charged")
    assert charges(study) == ["open"] and kinds(study)[-1] == "measuring"
    (root,) = study.out.glob("small/2*")
    kept = answers(root)
    assert bool(kept) == (stage != "measure")
    assert resume(study, root).code == 0
    assert charges(study) == ["committed"] and kinds(study).count("reserve") == 1
