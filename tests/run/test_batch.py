"""Many releases: checked and reserved together, made in processes, carried on with after a stop."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dpsynth.privacy.ledger import Ledger
from tests.report.test_browser import CHROMIUM, FLAGS, RULES, axe_source
from tests.run import kills
from tests.run.study import Said, Study, say
from tests.run.test_broken import assert_one_line


def policies(study: Study, number: int, epsilon: float = 0.3) -> list[Path]:
    """So many policies about the same people."""
    made = []
    for i in range(number):
        text = study.policy.read_text().replace("id: small", f"id: small-{i:02d}")
        text = text.replace("epsilon: 2.0", f"epsilon: {epsilon}").replace("A small study", f"Small study {i}")
        made.append(study.folder / f"policy-{i:02d}.yaml")
        made[-1].write_text(text)
    return made


def edit(path: Path, old: str, new: str) -> None:
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def batch(study: Study, *arguments: object) -> Said:
    return say("batch", *map(str, arguments), "--out", str(study.out), "--ledger", study.ledger)


def items(study: Study) -> list[dict[str, Any]]:
    return json.loads((study.out / "batch.json").read_text())["items"]


def states(study: Study) -> dict[str, str]:
    """State of the charge of each policy."""
    ledger = Ledger(study.ledger)
    try:
        ledger.verify()
        return {c.policy_id: c.state for c in ledger.statement("small-people").charges}
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Said, Said]:
    """Twelve policies, one broken, one over budget: refused as a set, then made as far as the budget goes."""
    study = Study(tmp_path_factory.mktemp("twelve"))
    made = policies(study, 12)
    made[3].write_text("id: [")
    edit(made[7], "  epsilon: 0.3", "  epsilon: 4.9")
    edit(made[7], "lifetime: {epsilon: 5.0", "lifetime: {epsilon: 5.0")
    refused = batch(study, *made, "--jobs", 2)
    assert [path.name for path in study.out.iterdir()] == [".batch"], "nothing was begun"
    return study, refused, batch(study, *made, "--jobs", 2, "--as-far-as-budget-goes")


def test_nothing_starts_when_the_set_does_not_fit(twelve: tuple[Study, Said, Said]) -> None:
    _, refused, _ = twelve
    assert_one_line(refused, 12, "does not fit", "policy-07.yaml", "--as-far-as-budget-goes")
    assert refused.err.count("policy-07.yaml") == 1


def test_ten_of_twelve(twelve: tuple[Study, Said, Said]) -> None:
    study, _, said = twelve
    assert said.code == 17, said.err
    by_id = {Path(item["policy"]).stem: item for item in items(study)}
    assert by_id.pop("policy-03")["exit_code"] == 10
    over = by_id.pop("policy-07")
    assert (over["state"], over["exit_code"], over["run"]) == ("over_budget", 12, "")
    assert len(by_id) == 10 and {item["state"] for item in by_id.values()} == {"complete"}
    assert states(study) == {f"small-{i:02d}": "committed" for i in range(12) if i not in (3, 7)}
    for item in by_id.values():
        run = study.out / item["run"]
        assert json.loads((run / "run.json").read_text())["state"] == "complete"
        assert say("verify", str(run / "public")).code == 2
    lines = said.err.splitlines()
    assert len([line for line in lines if line.endswith(": complete")]) == 10
    assert "2 of 12 policies made no release" in lines[-1] and "Traceback" not in said.err
    assert "index.html" in said.out


def test_the_page_says_how_each_stands(twelve: tuple[Study, Said, Said]) -> None:
    study, _, _ = twelve
    html = (study.out / "index.html").read_text()
    assert (study.out / "index.html").stat().st_mode & 0o077 == 0
    assert html.count("Draft") == 10 and "Over budget" in html and "Not begun" in html and "10 of 12 policies" in html
    assert html.count("dpsynth review look ") == 10 and "/internal/" not in html, "a look by a link is not counted"
    for link in re.findall(r'href="([^"#]+)"', html):
        assert (study.out / link).is_file(), link
    assert "lifetime budget of small-people used" in html
    assert "https://" not in html and "<script" not in html


def test_the_page_holds_nothing_from_inside(twelve: tuple[Study, Said, Said]) -> None:
    """Other internal facts and reports, the same page: it is made of what may leave, the ledger and errors."""
    from dpsynth.run import batch_file
    from dpsynth.serve import summary

    study, _, _ = twelve
    made = batch_file.read(study.out)
    before = summary.write(study.out, made, study.ledger).read_bytes()
    kept = {}
    for path in study.out.glob("small-*/2*/internal/*"):
        if path.is_file() and path.name in ("facts.json", "commitment.json"):
            kept[path] = path.read_bytes()
            text = re.sub(r'"(pass|review|block)"', '"pass"', path.read_text())
            path.write_text(text.replace('"value": 0', '"value": 1'))
    try:
        assert summary.write(study.out, made, study.ledger).read_bytes() == before
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


@pytest.mark.needs_chromium
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian package chromium)")
def test_axe_finds_nothing(twelve: tuple[Study, Said, Said]) -> None:
    from playwright.sync_api import sync_playwright

    study, _, _ = twelve
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme, width in (("light", 1200), ("dark", 380)):
            page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page.goto((study.out / "index.html").as_uri())
            page.evaluate(axe_source())
            result = page.evaluate("rules => axe.run({runOnly: {type: 'tag', values: rules}})", RULES)
            found = [(v["id"], [n["html"][:80] for n in v["nodes"]]) for v in result["violations"]]
            assert not found, (scheme, width, found)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing scrolls sideways"
        chromium.close()


def test_a_batch_that_is_stopped_is_carried_on_with(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    made = policies(study, 3)
    code = (
        "from dpsynth.cli import main; from pathlib import Path; from dpsynth.run import workers\n"
        "told = workers._hear\n"
        "def hear(connection, one, watch):\n"
        "    over = told(connection, one, lambda n, item, stage: (\n"
        f"        Path({str(study.folder / 'stage')!r}).write_text(stage) if stage == 'attack' else None,"
        " watch(n, item, stage)))\n"
        "    return over\n"
        "workers._hear = hear\n"
        f"main({['batch', *map(str, made), '--jobs', '1', '--out', str(study.out), '--ledger', study.ledger]!r})"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (study.folder / "stage").exists() and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 130 and "Stopped by hand" in err and "Traceback" not in err, err
    after = states(study)
    assert set(after.values()) <= {"open", "committed", "void"} and "void" in after.values()
    if "open" in after.values():  # or it was over before it heard of the stop
        said = batch(study, *made, "--quiet")
        assert_one_line(said, 64, "--resume")
    assert batch(study, "--resume", "--jobs", 2, "--quiet").code == 0
    ledger = Ledger(study.ledger)
    charges = [c for c in ledger.statement("small-people").charges if c.stands]
    ledger.close()
    assert sorted((c.policy_id, c.state) for c in charges) == [(f"small-{i:02d}", "committed") for i in range(3)]
    runs = {item["run"] for item in items(study)}
    assert batch(study, "--resume", "--quiet").code == 0
    assert {item["run"] for item in items(study)} == runs, "complete releases are left alone"


def children(pid: int) -> list[str]:
    """Command lines of the processes that a process started."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{child}/cmdline").read_text())
    return found


def test_a_terminal_sends_ctrl_c_to_all_processes_and_one_answers(tmp_path: Path) -> None:
    """While the process that all others are copies of still loads the program."""
    study = Study(tmp_path / "s")
    words = ["batch", *map(str, policies(study, 2)), "--jobs", "2", "--out", str(study.out), "--ledger", study.ledger]
    child = subprocess.Popen(
        [sys.executable, "-m", "dpsynth", *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while child.poll() is None and not any("forkserver" in line for line in children(child.pid)):
        time.sleep(0.02)
    time.sleep(0.1)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=120)
    assert child.returncode == 130 and "Stopped by hand: 2 of 2" in err and "Traceback" not in err, err
    assert set(states(study).values()) == {"void"}


def test_a_job_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripts, run as a cluster would, one task of two."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    study = Study(tmp_path / "s")
    made = policies(study, 2)
    said = batch(study, *made, "--slurm", "--jobs", 5)
    assert said.code == 0 and "sbatch --parsable" in said.out
    assert set(states(study).values()) == {"reserved"}
    array, collect = study.out / "batch.slurm", study.out / "batch-collect.slurm"
    assert "#SBATCH --array=0-1%5" in array.read_text() and study.ledger in array.read_text()
    task = {**os.environ, "SLURM_ARRAY_TASK_ID": "1"}
    assert subprocess.run(["bash", str(array)], env=task, capture_output=True, check=False).returncode == 0
    assert states(study) == {"small-00": "reserved", "small-01": "committed"}
    done = subprocess.run(["bash", str(collect)], capture_output=True, text=True, check=False)
    assert done.returncode == 17 and "1 of 2 policies" in done.stderr
    assert [item["state"] for item in items(study)] == ["reserved", "complete"]
    html = (study.out / "index.html").read_text()
    assert "Waits" in html and "Draft" in html
    waiting, made = (str(study.out / item["run"]) for item in items(study))
    assert_one_line(say("budget", "void", made, "--ledger", study.ledger), 13, "is committed")
    assert say("budget", "void", waiting, "--ledger", study.ledger).code == 0
    assert states(study) == {"small-00": "void", "small-01": "committed"}
    assert_one_line(say("budget", "void", str(tmp_path), "--ledger", study.ledger), 13, "not in the ledger")


def _killed_between_reservations(study: Study, made: list[Path]) -> None:
    reserve = Ledger.reserve

    def once(self: Ledger, *given: Any, **more: Any) -> None:
        reserve(self, *given, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    Ledger.reserve = once  # type: ignore[method-assign]
    batch(study, *made, "--slurm")


def test_a_batch_that_is_killed_while_it_reserves_charges_each_policy_once(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    made = policies(study, 3)
    process = kills.FORK.Process(target=_killed_between_reservations, args=(study, made))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL and states(study) == {"small-00": "reserved"}
    assert_one_line(batch(study, *made, "--slurm"), 64, "--resume")
    assert batch(study, "--resume", "--slurm").code == 0
    ledger = Ledger(study.ledger)
    charges = [(c.policy_id, c.state) for c in ledger.statement("small-people").charges]
    ledger.close()
    assert charges == [(f"small-{i:02d}", "reserved") for i in range(3)]


def test_what_was_left_out_stands_in_the_way_of_nothing(tmp_path: Path) -> None:
    """Whoever let the batch go as far as the budget goes carries on with it, too."""
    study = Study(tmp_path / "s")
    made = policies(study, 2)
    edit(made[0], "  epsilon: 0.3", "  epsilon: 4.9")
    assert batch(study, *made, "--slurm", "--as-far-as-budget-goes").code == 0
    assert batch(study, "--resume", "--slurm").code == 0
    assert [item["state"] for item in items(study)] == ["over_budget", "reserved"]
    more = study.folder / "more.yaml"
    more.write_text(made[0].read_text())
    assert_one_line(batch(study, more, "--resume", "--slurm"), 12, "more.yaml")


def test_a_batch_is_carried_on_with_its_own_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dpsynth.run import bundle

    study = Study(tmp_path / "s")
    assert batch(study, *policies(study, 1), "--slurm").code == 0
    run = str(study.out / items(study)[0]["run"])
    with monkeypatch.context() as patched:
        patched.setattr(bundle, "seal", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert say("run", "--resume", run, "--ledger", study.ledger, "--quiet").code == 130
    other = ("--out", str(study.out), "--ledger", f"sqlite:///{tmp_path}/other.sqlite")
    Ledger(other[-1]).close()
    before = items(study)
    for what in ("--resume", "--collect"):
        assert_one_line(say("batch", what, *other), 13, "not the one of this batch")
    assert items(study) == before and states(study) == {"small-00": "open"}


def test_a_new_ledger_is_told(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    first, second = policies(study, 2)
    assert "A NEW LEDGER was made" in batch(study, first, "--slurm").out
    (study.out / "batch.json").unlink()
    assert "NEW LEDGER" not in batch(study, second, "--slurm").out


def test_policies_that_disagree_are_left_out(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    made = policies(study, 2)
    edit(made[1], "lifetime: {epsilon: 5.0", "lifetime: {epsilon: 6.0")
    said = batch(study, *made, "--slurm")
    assert said.code == 0
    assert [(i["state"], i["exit_code"]) for i in items(study)] == [("reserved", 0), ("broken", 12)]


def test_a_password_is_not_written_down(tmp_path: Path) -> None:
    from dpsynth.run import slurm
    from dpsynth.run.batch_file import Item

    waiting = (Item("/p.yaml", "p", "p/20260102T030405Z-000000"),)
    written = slurm.write(waiting, tmp_path, "postgresql://r:secret@h/d", 2)
    assert written is not None
    for path in written:
        assert "secret" not in path.read_text() and path.stat().st_mode & 0o077 == 0


def test_a_process_that_dies_without_a_word() -> None:
    from multiprocessing import Pipe

    from dpsynth.run.batch_file import Item
    from dpsynth.run.workers import _hear, _Working

    ours, theirs = Pipe(duplex=False)
    theirs.close()
    dead = SimpleNamespace(join=lambda: None, exitcode=-signal.SIGKILL)
    over = _hear(ours, _Working(0, Item("/p.yaml", run="p/r", state="running"), dead), lambda *_: None)
    assert over is not None and (over.state, over.exit_code) == ("failed", 137)
    assert "SIGKILL" in over.message and "can be resumed" in over.message


def test_two_batches_at_once_are_one_too_many(tmp_path: Path) -> None:
    """The second would charge the same policies once more, and write its batch.json over that of the first."""
    from dpsynth.run.alone import alone

    study = Study(tmp_path / "s")
    with alone(study.out):
        assert_one_line(batch(study, study.policy, "--slurm"), 14, "Another batch goes on")
        assert_one_line(batch(study, "--resume"), 14, "Another batch goes on")
    assert [path.name for path in study.out.iterdir()] == [".batch"]
    assert batch(study, study.policy, "--slurm").code == 0
    with alone(study.out):
        assert_one_line(batch(study, "--collect"), 14, "Another batch goes on")
        run = study.out / items(study)[0]["run"]
        assert say("budget", "void", str(run), "--ledger", study.ledger).code == 0, "a task is not in its way"


def test_a_task_finds_the_ledger_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study = Study(tmp_path / "s")
    monkeypatch.chdir(study.folder)
    said = say("batch", str(study.policy), "--slurm", "--out", str(study.out), "--ledger", "sqlite:///ledger.sqlite")
    assert said.code == 0
    for name in ("batch.slurm", "batch-collect.slurm"):
        assert f" --ledger {study.ledger}" in (study.out / name).read_text()


def test_names_that_slurm_cannot_read(tmp_path: Path) -> None:
    from dpsynth.run import slurm
    from dpsynth.run.batch_file import Item

    study = Study(tmp_path / "s")
    said = say("batch", str(study.policy), "--slurm", "--out", str(tmp_path / "my runs"), "--ledger", study.ledger)
    assert_one_line(said, 64, "my runs", "letters, digits")
    assert not (tmp_path / "my runs").exists()
    (tmp_path / "50%A").mkdir()
    written = slurm.write((Item("/p.yaml", "p", "p/20260102T030405Z-000000"),), tmp_path / "50%A", study.ledger, 2)
    assert written is not None
    assert f"#SBATCH --output={tmp_path}/50%%A/slurm-%A-%a.log\n" in written[0].read_text()
    assert f"#SBATCH --output={tmp_path}/50%%A/slurm-%A-collect.log\n" in written[1].read_text()


def test_words_of_the_command_line(tmp_path: Path) -> None:
    study = Study(tmp_path / "s")
    study.out.mkdir()
    assert_one_line(batch(study), 64, "Give policies")
    assert_one_line(batch(study, study.policy, study.policy), 64, "given twice")
    assert_one_line(batch(study, "--collect", study.policy), 64, "--collect")
    (study.out / "batch.json").write_text("{")
    assert_one_line(batch(study, study.policy), 11, "batch.json")
