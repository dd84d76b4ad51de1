"""Options that several commands share, and how they ask for a passphrase."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dpsynth.errors import SignoffError, UsageError

if TYPE_CHECKING:
    from dpsynth.privacy.ledger import Ledger
    from dpsynth.signoff.keys import SecretKey


def _holds_password(url: str) -> bool:
    """Whether a URL holds a password, read as the ledger reads it; what it cannot read is refused there, unshown."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return False
    return parsed.password is not None or "password" in parsed.query


def _without_password(context: typer.Context, url: str | None) -> str | None:
    """A ledger's URL; on the command line without a password, because everybody on the machine can read that.

    Raises:
        UsageError: it holds one.
    """
    source = context.get_parameter_source("ledger")
    typed = source is not None and source.name == "COMMANDLINE"
    if url and typed and _holds_password(url):
        raise UsageError(
            "--ledger holds a password, which every user of this machine can see on a command line. Write it into "
            "~/.pgpass, or give it in PGPASSWORD or with the URL in DPSYNTH_LEDGER."
        )
    return url


class Log(StrEnum):
    """Form of the progress."""

    auto = "auto"
    json = "json"


QuietFlag = Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")]
LogForm = Annotated[
    Log, typer.Option("--log", help="Progress: auto (a bar on a terminal) or json (one line an event).")
]
LedgerUrl = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        envvar="DPSYNTH_LEDGER",
        callback=_without_password,
        help="Budget ledger, sqlite:///PATH or postgresql://ROLE@HOST/DATABASE. Default: a file in the user's data "
        "folder.",
    ),
]
RunPath = Annotated[Path, typer.Argument(help="Folder of a run.", metavar="RUN")]
PassphraseFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--passphrase-file",
        help="File whose first line is the passphrase; once for each key, in their order. "
        "Left out: the variable DPSYNTH_PASSPHRASE, or a question on the terminal.",
    ),
]
VARIABLE = "DPSYNTH_PASSPHRASE"
NEW_LEDGER = (
    "A NEW LEDGER was made: it knows of no earlier release about these people. "
    "If there were any, give the right one with --ledger next time."
)


def open_ledger(url: str | None, *, create: bool = False) -> Ledger:
    """The ledger that is given, or the usual one; it is made only where that is asked for."""
    from dpsynth.signoff.book import open_book

    return open_book(ledger_url(url), create=create)


def ledger_url(url: str | None) -> str:
    """Where the ledger lies that is given, or the usual one.

    Raises:
        UsageError: it is given, and empty.
    """
    from dpsynth.privacy.ledger_database import default_url

    if url is not None and not url.strip():
        raise UsageError(
            "--ledger (or DPSYNTH_LEDGER) is empty; allowed is sqlite:///PATH or postgresql://ROLE@HOST/DATABASE. Give "
            "one of them or leave it out."
        )
    return url or default_url()


def passphrase(file: Path | None, what: str, *, twice: bool = False) -> str:
    """A passphrase from a file, the environment or the terminal; never from the command line, which others can see.

    Raises:
        SignoffError: the file cannot be read or is empty.
    """
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                line = lines.readline(4096).rstrip("\r\n")
        except (OSError, ValueError):
            raise SignoffError(f"The passphrase file {file} cannot be read. Give a text file.") from None
        if not line:
            raise SignoffError(f"The passphrase file {file} is empty. Its first line is the passphrase.")
        return line
    if VARIABLE in os.environ:
        return os.environ[VARIABLE]
    return str(typer.prompt(f"Passphrase of {what}", hide_input=True, confirmation_prompt=twice, err=True))


def unlock(paths: list[Path], files: list[Path] | None) -> list[SecretKey]:
    """Secret keys, each with its passphrase.

    Raises:
        UsageError: there are passphrase files, but not one for each key.
        SignoffError: a key cannot be read, or its passphrase is wrong.
    """
    from dpsynth.signoff.keys import load_secret

    if files and len(files) != len(paths):
        raise UsageError(f"--passphrase-file is given {len(files)} times for {len(paths)} keys. Give one for each key.")
    given: list[Path | None] = [*files] if files else [None] * len(paths)
    return [load_secret(path, passphrase(file, str(path))) for path, file in zip(paths, given, strict=True)]


def plain(value: object) -> str:
    """Text of somebody else's file without line breaks or control characters."""
    text = str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
