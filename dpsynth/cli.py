"""The command line: parse, call `run/`, print, exit code. Heavy imports stay inside the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dpsynth import (
    __version__,
    cli_batch,
    cli_budget,
    cli_dummy,
    cli_keys,
    cli_policy,
    cli_review,
    cli_sample,
    cli_serve,
    cli_verify,
)
from dpsynth.cli_options import NEW_LEDGER, LedgerUrl, Log, LogForm, QuietFlag, RunPath, ledger_url
from dpsynth.errors import DpsynthError, Interrupted, ResourceError, UsageError

if TYPE_CHECKING:
    from dpsynth.privacy.accountant import Guarantee
    from dpsynth.run.job import Outcome
    from dpsynth.run.plan import Plan
    from dpsynth.synth.base import Planned

app = typer.Typer(
    name="dpsynth",
    help="Differentially private synthetic data about patients, with a release report for the data-protection officer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_policy.app, name="policy")
app.add_typer(cli_budget.app, name="budget")


PolicyPath = Annotated[Path, typer.Argument(help="Policy file (YAML).", metavar="POLICY")]


@app.command()
def check(policy: PolicyPath) -> None:
    """Review a policy and show what it costs and what error to expect, before any data are opened."""
    from dpsynth.run.preflight import needs

    planned = _plan(policy)
    _print_plan(planned)
    estimate = needs(planned)
    print(
        f"\nNeeds about {estimate.memory / 2**30:.1f} GiB of memory, {estimate.disk / 2**30:.1f} GiB of disk and "
        f"{estimate.noise_seconds:.1f} s of noise sampling on one core (from the public bounds)."
    )


@app.command()
def run(
    policy: Annotated[
        Path | None, typer.Argument(help="Policy file (YAML). Left out with --resume.", metavar="[POLICY]")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume",
            metavar="RUN",
            help="Go on with a run that was reserved or that stopped: the folder OUT/POLICY/RUN. Answers that it has "
            "are not drawn or charged again.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of all runs.")] = Path("reports"),
    ledger: LedgerUrl = None,
    rehearse: Annotated[
        bool,
        typer.Option("--rehearse", help="Walk the whole way on data drawn from the policy; no real file, no budget."),
    ] = False,
    throw_away_ledger: Annotated[
        bool,
        typer.Option(
            "--throw-away-ledger", help="The ledger given with --ledger protects nobody (demo); the report says so."
        ),
    ] = False,
    quiet: QuietFlag = False,
    log: LogForm = Log.auto,
) -> None:
    """Make a release: train, sample, attack, report, seal."""
    from dpsynth.run import pipeline, progress
    from dpsynth.run.setting import Setting
    from dpsynth.run.stopping import stoppable

    if (policy is None) == (resume is None):
        raise UsageError("Give either a POLICY or --resume RUN.")
    if resume is not None and (rehearse or throw_away_ledger):
        raise UsageError("--resume goes on with a run as it began: leave --rehearse and --throw-away-ledger out.")
    if throw_away_ledger and ledger is None:
        raise UsageError("--throw-away-ledger needs --ledger sqlite:///PATH, so that the usual ledger stays untouched.")
    book = ledger_url(ledger)
    style: progress.Style = (
        "quiet" if quiet else "json" if log is Log.json else "bar" if sys.stderr.isatty() else "json"
    )
    planned = None if policy is None else _plan(policy)
    with stoppable(), progress.show(style, pipeline.STAGES) as display:
        if planned is None:
            assert resume is not None
            outcome = pipeline.resume(resume, book, display)
        elif rehearse:
            outcome = pipeline.rehearse(planned, out, display)
        else:
            setting = Setting(out, book, throw_away_ledger=throw_away_ledger)
            outcome = pipeline.run(planned, setting, display)
    with suppress(OSError):  # the release is complete: a script must not take it for failed and pay again
        _print_outcome(outcome, book, rehearse, throw_away_ledger)
        sys.stdout.flush()


app.command()(cli_batch.batch)
cli_budget.app.command("void")(cli_batch.void)


@app.command()
def audit(
    policy: Annotated[
        Path | None,
        typer.Argument(help="Policy file (YAML). Left out: every mechanism on a small table.", metavar="[POLICY]"),
    ] = None,
    runs: Annotated[
        int, typer.Option("--runs", min=1, help="Runs of the measuring step, with and without the person.")
    ] = 20_000,
    whole: Annotated[
        int, typer.Option("--whole", min=0, help="Runs from the raw table on, for each kind of person; 0: none.")
    ] = 500,
    mutants: Annotated[
        int, typer.Option("--mutants", min=0, help="Runs for each known mistake, which must be caught; 0: none.")
    ] = 4_000,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the result to this file.")] = None,
) -> None:
    """Try to prove the promise false, on invented people. No file of data is opened and no budget is spent."""
    from dpsynth import _files
    from dpsynth.audit import store, suite
    from dpsynth.audit.game import workers
    from dpsynth.policy.load import load

    effort = suite.Effort(runs, whole, mutants)
    loaded = None if policy is None else load(policy)
    with workers() as pool:
        result = suite.audit_everything(effort, pool) if loaded is None else suite.audit_policy(loaded, effort, pool)
    if loaded is not None:
        store.keep(loaded, result)
    if json_file is not None:
        _files.write_json(json_file, result.to_json(), _files.PUBLIC)
    print(suite.table(result))
    result.demand()


app.command()(cli_sample.sample)


@app.command()
def report(run: RunPath) -> None:
    """Render the reports of a finished run again from their facts."""
    from dpsynth.run.resample import render_again

    for path in render_again(run):
        print(path)


@app.command()
def pdf(
    report: Annotated[
        Path, typer.Argument(help="A report.LANGUAGE.html, or the folder of a run or of a bundle.", metavar="REPORT")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="File to write. Default: beside an internal report; in the current folder for a report of a bundle, "
            "which stays as it was sealed.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write a report as a tagged PDF (PDF/UA, experimental). Needs the extra: pip install 'dpsynth-release[pdf]'."""
    from dpsynth.run.paper import convert

    for path in convert(report, out, force=force):
        print(path)


app.command()(cli_dummy.dummy)
app.command()(cli_verify.verify)
app.add_typer(cli_review.app, name="review")
app.command()(cli_review.sign)
app.add_typer(cli_keys.app, name="keys")
app.command()(cli_serve.serve)


def _version(value: bool) -> None:
    if value:
        print(f"dpsynth {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _plan(path: Path) -> Plan:
    from dpsynth.policy.load import load
    from dpsynth.run.plan import plan

    return plan(load(path))


def _print_plan(planned: Plan) -> None:
    from dpsynth.run.review import review

    policy, guarantee = planned.loaded.policy, planned.guarantee
    print(f"{planned.loaded.path}: valid. Policy {policy.id}, digest {planned.loaded.digest[:16]}.")
    print(
        f"One {policy.privacy.unit} with all rows ({_bounds(planned)}), "
        f"{policy.privacy.adjacency.replace('_', ' or ')}: epsilon {policy.privacy.epsilon:g} at delta "
        f"{policy.privacy.delta:g} ({_measures(guarantee)})."
    )
    print(f"No attack can exceed an AUC of {guarantee.auc:.3f} on one person, or find more than "
          f"{1000 * guarantee.tpr(0.001):.1f} of 1,000 people when it may accuse 1 innocent in 1,000.")  # fmt: skip
    if policy.synthesis.candidates:
        print(
            f"Candidates: {', '.join(policy.synthesis.candidates)}. All are trained and all are charged; the one whose "
            "noisy distance to the data is smallest is released."
        )
    width = max(12, *(len(_asker(q)) + 2 for q in planned.queries))
    print(f"\n{'queries':<{width}}{'share':>8}{'number':>9}{'cells':>9}{'noise':>14}")
    for q in planned.queries:
        print(f"{_asker(q):<{width}}{q.share:>8.1%}{q.queries:>9}{q.cells or '':>9}{_noise(q):>14}")
    print(f"\nExpected error from noise alone, total variation distance, for {_planning(planned)}:")
    for error in planned.errors:
        by = f"  {error.candidate}" if error.candidate else ""
        print(f"  {error.name:<24}{error.cells:>7} cells {error.distance:>8.4f}{by}")
    for line in _training(planned):
        print(line)
    for finding in review(planned):
        print(f"\n{finding.where}: {finding.severity}: {finding.text}", end="")
    print()


def _bounds(planned: Plan) -> str:
    """How many rows of one person are used."""
    if planned.panel is not None:
        return f"laid out as one row of {len(planned.panel.waves)} waves"
    if len(planned.loaded.policy.tables) == 1:
        return f"at most {planned.loaded.policy.privacy.contribution.max_rows_per_unit}"
    return "at most " + ", ".join(f"{rows} in {table}" for table, rows in planned.bounds.items())


def _planning(planned: Plan) -> str:
    """How many rows predictions assume."""
    if not planned.loaded.policy.is_relational:
        return f"{planned.planning_rows} {'rows' if planned.panel is None else 'people'}"
    given = planned.loaded.policy.source.max_rows is not None
    rows = "the rows of source.max_rows, shared evenly by the tables" if given else "one row of each in every table"
    return f"{planned.planning_rows} people and {rows}"


def _training(planned: Plan) -> Iterator[str]:
    """What a critic will cost, where the policy trains one."""
    from dpsynth.run import forecast

    expected = forecast.forecast(planned)
    if not expected.planned:
        return
    duration = forecast.seconds(planned.domain, expected)
    measured = (
        "not measured: torch is not installed"
        if duration is None
        else f"about {duration:.0f} s on this machine, from {forecast.TIMED} steps on invented people"
    )
    yield (
        f"\nCritic: {expected.parameters} parameters, {expected.steps} steps over samples of {expected.batch:.0f} of "
        f"{expected.people} people, noise {expected.sigma:.3f} clips; sigma sqrt(P)/B = {expected.ratio:.2g}."
    )
    yield f"Steps on real rows: {measured}; the generator's own steps come on top."


def _measures(guarantee: Guarantee) -> str:
    """The promise in the units in which budgets add up; sums over samples have none that holds for every epsilon."""
    if guarantee.sampled:
        steps = sum(part.steps for part in guarantee.sampled)
        return f"joint privacy loss distribution, {steps} steps over samples"
    return f"mu {guarantee.mu.value:.4f}, rho {guarantee.rho.value:.5f}"


def _noise(query: Planned) -> str:
    """Of counts in rows; of sums over samples, which have no cells, in lengths of what one person may add."""
    return f"{query.sigma:.1f} rows" if query.cells else f"{query.sigma:.3f} clips"


def _asker(query: Planned) -> str:
    """What is asked, and by which of several candidates or about which of several tables."""
    return f"{query.candidate or query.table} {query.purpose}".strip()


def _print_outcome(outcome: Outcome, ledger: str, rehearsal: bool, throw_away: bool) -> None:
    from dpsynth.run.folder import folder_size
    from dpsynth.signoff import looks

    folder = outcome.folder
    if rehearsal:
        print(
            f"Rehearsal on data drawn from the policy: {sum(outcome.timings.values()):.1f} s, peak memory "
            f"{outcome.peak_memory / 2**20:.0f} MiB, {folder_size(folder) / 2**20:.1f} MiB on disk. "
            "No real file was opened and no budget was spent."
        )
    if outcome.new_ledger and not (rehearsal or throw_away):
        print(NEW_LEDGER)
    # The verdict is not printed: it depends on the real data, and what the program says must not.
    if rehearsal:  # about nobody, and no ledger knows it
        print(f"The report with the verdict: {folder.internal / f'report.{outcome.language}.html'}")
    else:
        print(f"The internal report, with the verdict, for the data-protection officer is in {folder.internal}")
        print(f"`{looks.command(folder.root, ledger)}` opens it, and notes the look in the ledger.")
    print("Read its first page before anything leaves: it says whether the release is blocked.")
    print(f"The bundle, for after the decision, is in {folder.public}")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command line; every failure is one line on standard error and a fixed exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter must not end a run
            stream.reconfigure(errors="backslashreplace")
    try:
        code = app(arguments or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as error:
        _fail(UsageError(f"{error.format_message()} See dpsynth --help."))
    except (KeyboardInterrupt, typer.Abort):
        _fail(Interrupted("Stopped by hand."))
    except DpsynthError as error:
        _fail(error)
    except MemoryError:
        _fail(ResourceError("Memory ran out. Ask for fewer rows or use a larger machine."))
    except OSError as error:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  nothing more can be said there
        if isinstance(error, BrokenPipeError):  # somebody heard enough (`| head`)
            sys.exit(0)
        _fail(ResourceError(f"Output or folder cannot be used: {(error.strerror or 'refused').lower()}. Check both."))
    if code == Interrupted.exit_code:  # typer turns Ctrl-C into this code
        _fail(Interrupted("Stopped by hand."))
    sys.exit(code if isinstance(code, int) else 0)


def _fail(error: DpsynthError) -> NoReturn:
    note = " The data had been opened, so the budget of this run stays charged." if error.charged else ""
    with suppress(OSError, ValueError):
        print(f"dpsynth: {error}{note}", file=sys.stderr)
    sys.exit(error.exit_code)
