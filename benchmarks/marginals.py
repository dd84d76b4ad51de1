"""Marginals, accuracies, CPU seconds and memory of our mechanisms and of peers. See README.md in this folder.

python benchmarks/marginals.py (--data DIR [--variant V] | --policy POLICY --table FILE) --epsilon E... --seeds N
    --mechanisms M... --peers none|all|NAME... --json FILE

This process imports nothing large: the peak memory that the system reports of a child is at least its parent's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from environments import DEFAULT, PEERS, NotInstalled, interpreter, peers

HERE = Path(__file__).resolve().parent
BASELINES = ("bootstrap", "independent_exact", "real")
SHOWN = ("tv1", "tv2", "tv3", "gb_acc", "gb_auc", "lr_acc", "lr_auc", "cpu_s", "process_cpu_s", "wall_s", "rss_mb")


@dataclass(frozen=True)
class Ended:
    """A process that ended: exit code (None: killed for its time), CPU seconds, MiB, seconds, last line of words."""

    code: int | None
    cpu_s: float
    rss_mb: float
    wall_s: float
    last: str


def run(command: list[str | Path], timeout: float | None = None) -> Ended:
    """Runs a process to its end. CPU seconds and peak memory include the children that it waited for."""
    start = time.monotonic()
    # Our package lies beside this folder, whether or not it is installed.
    places = filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH")))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places)}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
        )  # fmt: skip
        pid, killed = 0, False
        try:
            while not pid:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if not pid and timeout is not None and not killed and time.monotonic() - start > timeout:
                    os.killpg(process.pid, signal.SIGKILL)
                    killed = True
                time.sleep(0 if pid else 0.02)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        log.seek(max(0, log.tell() - 4000))
        # OpenDP's errors end in lines of brackets.
        text = log.read().decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if any(map(str.isalpha, line))]
    code = None if killed else process.returncode
    return Ended(code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, wall, (lines or [""])[-1][:300])


def step(*arguments: str | Path) -> None:
    """A step of the protocol; it has to succeed."""
    ended = run([sys.executable, HERE / "protocol.py", *arguments])
    if ended.code:
        raise SystemExit(f"{arguments[0]} failed: {ended.last}")


def measured(command: list[str | Path], place: Path, job: dict[str, Any], timeout: float | None) -> dict[str, Any]:
    """One run and its judgement: the figures of a row."""
    place.mkdir()
    (place / "job.json").write_text(json.dumps(job))
    ended = run([*command, place], timeout)
    found: dict[str, Any] = dict.fromkeys((*SHOWN, "fallback"))
    found |= {"process_cpu_s": ended.cpu_s, "rss_mb": ended.rss_mb, "wall_s": ended.wall_s, "error": None}
    if ended.code is None:
        return found | {"status": "timeout", "error": f"Stopped after {timeout:g} s."}
    if ended.code or not (place / "timing.json").is_file():
        return found | {"status": "failed", "error": ended.last or f"exit code {ended.code}"}
    found |= json.loads((place / "timing.json").read_text())
    judged = run([sys.executable, HERE / "protocol.py", "judge", place.parent.parent, str(job["seed"]), place])
    if judged.code:
        return found | {"status": "failed", "error": judged.last}
    return found | json.loads((place / "quality.json").read_text()) | {"status": "ok"}


def jobs(arguments: argparse.Namespace) -> list[tuple[str, str, float | None]]:
    """(peer, mechanism, epsilon) of one seed: the quick and sure ones first."""
    wanted = [("baseline", name, None) for name in arguments.baselines]
    wanted += [("dpsynth", name, epsilon) for epsilon in arguments.epsilon for name in arguments.mechanisms]
    chosen = {"none": [], "all": peers(neural=False)}.get(arguments.peers[0], arguments.peers)
    steps = sorted((PEERS[p].mechanisms.index(m), p, m) for p in chosen for m in PEERS[p].mechanisms)
    known = [(p, m) for _, p, m in steps if not arguments.peer_mechanisms or m in arguments.peer_mechanisms]
    return wanted + [(p, m, epsilon) for epsilon in arguments.epsilon for p, m in known]


def command_of(peer: str, environments: Path) -> list[str | Path]:
    """What runs a job of a peer, of ours, or of a baseline."""
    if peer in PEERS:
        python = interpreter(peer, environments)
        return ["env", *PEERS[peer].variables, python, HERE / "peers" / f"run_{peer}.py"]
    return [sys.executable, HERE / ("ours.py" if peer == "dpsynth" else "baselines.py")]


def benchmark(arguments: argparse.Namespace, folder: Path, more: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows. The result file, with `more` in it, is written anew after each."""
    wishes = ("data", "variant", "ordered", "policy", "table", "target", "declare_target", "quick")
    (folder / "job.json").write_text(json.dumps({name: getattr(arguments, name) for name in wishes}, default=str))
    step("read", folder)
    about = json.loads((folder / "about.json").read_text())
    rows = []
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        step("split", folder, str(seed))
        place = folder / f"seed-{seed}"
        public = {name: about[name] for name in ("names", "sizes", "rows_per_unit")}
        public |= {"train": str(place / "train.npz"), "task": str(place / "task.pickle"), "seed": seed}
        public |= {"quick": arguments.quick}
        for number, (peer, mechanism, epsilon) in enumerate(jobs(arguments)):
            delta = None if epsilon is None else arguments.delta
            job = public | {"mechanism": mechanism, "epsilon": epsilon, "delta": delta}
            row = {"peer": peer, "mechanism": mechanism, "epsilon": epsilon, "delta": delta, "seed": seed}
            row |= {"table": about["table"], "rows": about["rows"], "columns": len(about["sizes"])}
            row |= {"target": about["target"]}
            if options := arguments.peer_options.get(mechanism) if peer in PEERS else None:
                job["options"] = row["options"] = options
            try:
                if peer in PEERS and about["rows_per_unit"] > 1 and not PEERS[peer].many_rows:
                    found = {"status": "not supported", "error": f"{peer} protects single rows, not people."}
                else:
                    found = measured(command_of(peer, arguments.environments), place / f"run-{number}", job,
                                     arguments.timeout)  # fmt: skip
            except NotInstalled as error:
                found = {"status": "not installed", "error": str(error)[:300]}
            rows.append(row | dict.fromkeys(SHOWN) | {"error": None} | found)
            write(arguments.json, more | {"rows": rows})
            print(line(rows[-1]), flush=True)
            shutil.rmtree(place / f"run-{number}", ignore_errors=True)
        shutil.rmtree(place)
    return rows


def write(path: Path, found: dict[str, Any]) -> None:
    """Writes the result whole, so that a stopped benchmark leaves what it has."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(found, indent=1))
    draft.replace(path)


def line(row: dict[str, Any]) -> str:
    """A row for whoever waits."""
    at = "" if row["epsilon"] is None else f" epsilon {row['epsilon']:g}"
    figures = ", ".join(f"{name} {row[name]:.4g}" for name in SHOWN if row[name] is not None)
    what = f"{row['peer']} {row['mechanism']}{at} seed {row['seed']} {row.get('options', '')}"
    return f"{what}: {row['status']} {row['error'] or ''} {figures}"


def means(rows: list[dict[str, Any]]) -> str:
    """Means over the seeds that ended well, as a Markdown table."""
    head = ["peer", "mechanism", "epsilon", "ok", *SHOWN]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for key in dict.fromkeys((row["peer"], row["mechanism"], row["epsilon"]) for row in rows):
        own = [row for row in rows if (row["peer"], row["mechanism"], row["epsilon"]) == key]
        well = [row for row in own if row["status"] == "ok"]
        cells = [*key[:2], "" if key[2] is None else f"{key[2]:g}", f"{len(well)}/{len(own)}"]
        if not well:
            cells[-1] += f" {own[0]['status']}"
        for name in SHOWN:
            found = [row[name] for row in well if row[name] is not None]
            form = ".4f" if name[:2] in ("tv", "gb", "lr") else ".1f"
            cells.append(format(fmean(found), form) if found else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def parsed(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder: CSV with *-domain.json, or Parquet with codebook.json")
    source.add_argument("--policy", type=Path, help="policy file; needs --table")
    parser.add_argument("--table", type=Path, help="the file with the policy's table")
    parser.add_argument("--variant", help="of diabetes130: first (default), all, wide")
    parser.add_argument("--ordered", type=lambda text: text.split(","), help="ordered columns of a CSV of codes: a,b,c")
    parser.add_argument("--epsilon", type=float, nargs="+", required=True)
    parser.add_argument("--delta", type=float, default=1e-9)
    parser.add_argument("--seeds", type=int, required=True, help="number of splits")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--mechanisms", nargs="*", required=True, help="of ours")
    parser.add_argument("--peers", nargs="+", required=True, help=f"none, all, or of {', '.join(PEERS)}")
    parser.add_argument("--peer-mechanisms", nargs="+", help="only these of the peers: mst, privbayes, aim")
    parser.add_argument("--quick", action="store_true", help="a few thousand rows and 100 triples: a look, no figure")
    parser.add_argument("--target", help="column that classifiers predict")
    parser.add_argument("--declare-target", action="store_true", help="tell our mechanisms the target")
    parser.add_argument("--timeout", type=float, help="seconds of one run")
    parser.add_argument("--environments", type=Path, default=DEFAULT, help="folder of the peers' environments")
    parser.add_argument("--json", type=Path, required=True)
    parser.set_defaults(baselines=BASELINES, peer_options={})
    found = parser.parse_args(words)
    if (found.policy is None) != (found.table is None):
        parser.error("--policy and --table belong together.")
    unknown = set(found.peers) - ({"none", "all"} if len(found.peers) == 1 else set()) - set(PEERS)
    if unknown:
        parser.error(f"--peers knows none, all, or some of {', '.join(PEERS)}.")
    return found


def main(words: list[str] | None = None) -> list[dict[str, Any]]:
    arguments = parsed(words)
    with tempfile.TemporaryDirectory(prefix="dpsynth-benchmark-") as folder:
        rows = benchmark(arguments, Path(folder), {})
    print(means(rows))
    return rows


if __name__ == "__main__":
    main()
