"""`dpsynth review` and `dpsynth sign`: the way of a release through its sign-off, one command for each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dpsynth.cli_options import LedgerUrl, PassphraseFiles, RunPath, open_ledger, plain, unlock
from dpsynth.errors import UsageError

if TYPE_CHECKING:
    from dpsynth.privacy.ledger import Ledger
    from dpsynth.signoff.hand import ByKey, Hand
    from dpsynth.signoff.standing import Standing

app = typer.Typer(
    help="Review a release: submit it, check it, advise, decide.", rich_markup_mode=None, no_args_is_help=True
)

Key = Annotated[Path | None, typer.Option("--key", help="Your secret key.")]
OwnKey = Annotated[Path, typer.Option("--key", help="Your secret key.")]
InkName = Annotated[
    str | None, typer.Option("--ink", help="Instead of --key: who signed on paper. Needs --scan and --witness twice.")
]
Scan = Annotated[Path | None, typer.Option("--scan", help="Scan of the signed page; a copy is kept inside.")]
Witnesses = Annotated[
    list[Path] | None, typer.Option("--witness", help="Secret key of a witness who saw the signature. Twice.")
]
Reason = Annotated[str | None, typer.Option("--reason", help="Written reason. It stays inside the centre.")]
ReasonFile = Annotated[Path | None, typer.Option("--reason-file", help="The same, from a text file.")]
Conditions = Annotated[
    list[str] | None,
    typer.Option("--condition", help="A condition. Everybody who gets the bundle can read it. Can be repeated."),
]


class Finding(StrEnum):
    """What an output checker says."""

    no_objection = "no-objection"
    objection = "objection"


class Advice(StrEnum):
    """What the data-protection officer says."""

    in_favour = "in-favour"
    in_favour_with_conditions = "in-favour-with-conditions"
    against = "against"


class Decision(StrEnum):
    """What the release officer decides."""

    release = "release"
    release_with_conditions = "release-with-conditions"
    reject = "reject"


@app.command("open")
def open_review(run: RunPath, key: OwnKey, passphrase_file: PassphraseFiles = None, ledger: LedgerUrl = None) -> None:
    """Submit a finished run for review. You sign as its author, and cannot review it yourself."""
    from dpsynth.signoff import review

    with _book(ledger) as book:
        _tell(review.submit(run, book, _by_key(key, passphrase_file)))


@app.command("check")
def check(
    run: RunPath,
    says: Annotated[Finding, typer.Option("--says", help="Your finding.")],
    key: Key = None,
    reason: Reason = None,
    reason_file: ReasonFile = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Output checker: say what you found. The other checkers learn it when all have checked."""
    from dpsynth.signoff import review

    hand, why = _hand(key, ink, scan, witness, passphrase_file), _reason(reason, reason_file)
    with _book(ledger) as book:
        _tell(review.check(run, book, hand, says.name, why))


@app.command("opinion")
def opinion(
    run: RunPath,
    says: Annotated[Advice, typer.Option("--says", help="Your opinion.")],
    key: Key = None,
    condition: Conditions = None,
    reason: Reason = None,
    reason_file: ReasonFile = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Data-protection officer: give your opinion. It advises; it can never count as the decision."""
    from dpsynth.signoff import review

    hand, why = _hand(key, ink, scan, witness, passphrase_file), _reason(reason, reason_file)
    with _book(ledger) as book:
        _tell(review.opinion(run, book, hand, says.name, condition or (), why))


@app.command("decide")
def decide(
    run: RunPath,
    says: Annotated[Decision, typer.Option("--says", help="The controller's decision.")],
    key: Key = None,
    condition: Conditions = None,
    reason: Reason = None,
    reason_file: ReasonFile = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Release officer: decide for the controller. A block cannot be overruled; points to judge need a reason."""
    from dpsynth.signoff import review

    hand, why = _hand(key, ink, scan, witness, passphrase_file), _reason(reason, reason_file)
    with _book(ledger) as book:
        _tell(review.decide(run, book, hand, says.name, condition or (), why))


@app.command("return")
def send_back(
    run: RunPath,
    key: OwnKey,
    reason: Reason = None,
    reason_file: ReasonFile = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Return a release to its author, with a reason. For the next submission everybody signs again."""
    from dpsynth.signoff import review

    hand, why = _by_key(key, passphrase_file), _reason(reason, reason_file)
    with _book(ledger) as book:
        _tell(review.send_back(run, book, hand, why))


@app.command("withdraw")
def withdraw(
    run: RunPath,
    key: Key = None,
    reason: Reason = None,
    reason_file: ReasonFile = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Take back an approval, or recall a release. What has left cannot be called back: tell those who have it."""
    from dpsynth.signoff import review

    hand, why = _hand(key, ink, scan, witness, passphrase_file), _reason(reason, reason_file)
    with _book(ledger) as book:
        _tell(review.withdraw(run, book, hand, why))
    print("Tell everybody who has the bundle. The budget stays spent.")


@app.command("supersede")
def supersede(
    run: RunPath,
    successor: Annotated[Path, typer.Argument(help="Folder of the run that takes its place.", metavar="SUCCESSOR")],
    key: Key = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Sign that an approved or released run takes the place of an earlier release."""
    from dpsynth.signoff import review

    hand = _hand(key, ink, scan, witness, passphrase_file)
    with _book(ledger) as book:
        _tell(review.supersede(run, book, hand, successor))


@app.command("show")
def show(run: RunPath, ledger: LedgerUrl = None) -> None:
    """Show where a release stands: who signed what and why, and what comes next."""
    from dpsynth.signoff import review

    with _book(ledger) as book:
        standing = review.standing(run, book)
    print(f"Release {plain(standing.release_id)}, manifest {standing.manifest_sha256}.")
    for act in standing.acts:
        paper = ", on paper before " + " and ".join(map(plain, act.said.ink.witnesses)) if act.said.ink else ""
        print(f"  {act.at} entry {act.sequence}: {plain(act.name)} ({act.role}) {act.says.replace('_', ' ')}{paper}")
        for condition in act.conditions:
            print(f"    condition: {plain(condition)}")
        why = review.reason_of(run, act)
        if why is not None:
            print(f"    reason (stays inside): {plain(why)}")
    for name in standing.sealed:
        print(f"  {plain(name)} (output_checker) has checked; hidden until all have.")
    if standing.reason_needed and standing.state in ("awaiting_review", "reviewed"):
        print("  To decide for the release needs a written reason.")
    _tell(standing)


@app.command("look")
def look(run: RunPath, ledger: LedgerUrl = None) -> None:
    """Open the internal report to decide: prints where it lies, and writes into the ledger that you looked."""
    from dpsynth.signoff import looks

    with _book(ledger) as book:
        seen, paths = looks.reports(run, book)
    print(f"Entry {seen.sequence}: {plain(seen.actor)} opens the internal report. It costs no budget; it is counted.")
    for path in paths:
        print(path)


def sign(
    run: RunPath,
    key: Key = None,
    ink: InkName = None,
    scan: Scan = None,
    witness: Witnesses = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Release officer: sign that an approved release leaves now. Hand over its public folder after this."""
    from dpsynth.signoff import review

    hand = _hand(key, ink, scan, witness, passphrase_file)
    with _book(ledger) as book:
        _tell(review.release(run, book, hand))
    print(f"Hand over {run / 'public'}, whole, with its signatures.")


@contextmanager
def _book(url: str | None) -> Iterator[Ledger]:
    book = open_ledger(url)
    try:
        yield book
    finally:
        book.close()


def _by_key(key: Path, files: list[Path] | None) -> ByKey:
    from dpsynth.signoff.hand import ByKey

    [secret] = unlock([key], files)
    return ByKey(secret)


def _hand(
    key: Path | None, ink: str | None, scan: Path | None, witnesses: list[Path] | None, files: list[Path] | None
) -> Hand:
    from dpsynth.signoff.hand import ByInk

    if key is not None and ink is None and scan is None and not witnesses:
        return _by_key(key, files)
    if key is None and ink is not None and ink.strip() and scan is not None and witnesses and len(witnesses) == 2:
        first, second = unlock(witnesses, files)
        return ByInk(" ".join(ink.split()), scan, (first, second))
    raise UsageError("Sign either with --key FILE, or on paper with --ink NAME, --scan FILE and --witness KEY twice.")


def _reason(text: str | None, file: Path | None) -> str:
    if text is not None and file is not None:
        raise UsageError("--reason and --reason-file are both given. Give one of them.")
    if file is None:
        return text or ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise UsageError(f"--reason-file {file} cannot be read. Give a text file.") from None


def _tell(standing: Standing) -> None:
    until = f" until {standing.expires[:10]}" if standing.state == "approved" and standing.expires else ""
    print(f"{plain(standing.release_id)} is {standing.state.replace('_', ' ')}{until}.")
    for line in standing.waits_for:
        print(plain(line))
