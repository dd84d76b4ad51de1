"""`dpsynth verify`: what a bundle proves, in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dpsynth.cli_options import LedgerUrl, open_ledger, plain
from dpsynth.errors import SignoffError, UsageError

if TYPE_CHECKING:
    from dpsynth.privacy.ledger import Ledger
    from dpsynth.signoff.register import Register
    from dpsynth.signoff.verification import Verification


def verify(
    bundle: Annotated[Path, typer.Argument(help="Folder of a bundle (…/public).", metavar="BUNDLE")],
    ledger: LedgerUrl = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", help="Outside the centre: its list of keys, from `dpsynth keys list --json`."),
    ] = None,
    openssl: Annotated[
        bool, typer.Option("--openssl", help="Only print the commands that check the signatures with openssl alone.")
    ] = False,
) -> None:
    """Check a bundle and its signatures. Exit code 0 valid and approved, 2 valid but not approved, 3 broken."""
    from dpsynth.signoff import openssl as plain_openssl
    from dpsynth.signoff import verification

    if openssl:
        print(plain_openssl.steps(verification.verify(bundle)), end="")
        return
    listed = None if keys is None else _listed(keys)
    book = None if keys is not None else _ledger(ledger, bundle)
    try:
        seen = verification.verify(bundle, book, listed)
        _print(seen, "the ledger" if book is not None else "the list of keys" if listed is not None else None)
    finally:
        if book is not None:
            book.close()
    raise typer.Exit(0 if seen.approved else 2)


def _listed(path: Path) -> Register:
    from dpsynth.signoff import register

    try:
        if path.stat().st_size > register.LARGEST:
            raise SignoffError("It is too large.")
        return register.from_json(path.read_bytes())
    except OSError:
        raise UsageError(f"--keys {path} cannot be read. Give the list of keys of the centre.") from None
    except SignoffError as error:
        raise SignoffError(f"--keys {path}: {error}") from None


def _ledger(url: str | None, bundle: Path) -> Ledger | None:
    """The ledger that is given; or else the usual one, if there is one and it knows the release."""
    from dpsynth.privacy.ledger_database import default_url
    from dpsynth.signoff import verification

    if url is not None:
        return open_ledger(url)
    if not Path(default_url().removeprefix("sqlite:///")).exists():
        return None
    book = open_ledger(None)
    try:
        if verification.knows(book, bundle):
            return book
    except BaseException:
        book.close()
        raise
    book.close()
    return None


def _print(seen: Verification, basis: str | None) -> None:
    head, standing = seen.verified.manifest, seen.standing
    print(f"Every file is unchanged: {len(head['files'])} files of release {plain(head['release_id'])}.")
    print(f"Policy {plain(head['policy_id'])}, digest {plain(head['policy_digest'])}.")
    entry, newest = plain(head["ledger"]["sequence"]), plain(head["ledger"]["head"])
    print(f"Manifest {seen.verified.digest}, ledger entry {entry}, head {newest}.")
    if head["releasable"] is not True:
        print("This bundle comes from a rehearsal, a test or a demonstration. It must not be released.")
    for f in seen.found:
        said = f"{plain(f.said.name)} as {plain(f.said.role)}: {f.said.kind}, {f.said.says.replace('_', ' ')}"
        paper = ", signed on paper before " + " and ".join(map(plain, f.said.ink.witnesses)) if f.said.ink else ""
        doubt = "Not checked: " if basis is None else "" if f.flaw is None else "DOES NOT COUNT: "
        print(f"- {doubt}{said}{paper}.{'' if f.flaw is None else ' ' + plain(f.flaw)}")
        for condition in f.said.conditions:
            print(f"  Condition: {plain(condition)}")
    for line in seen.missing:
        print(f"- In the ledger, but not in this bundle: {plain(line)}.")
    if seen.register is not None and seen.register.anchor is not None:
        anchor = seen.register.anchor
        print(f"All keys rest on that of {plain(anchor.name)}, fingerprint {anchor.key.key_id}.")
        print(
            "Compare it with what the centre gives out." if basis == "the list of keys" else "It is the ledger's first."
        )
    if not seen.found and not (standing and standing.acts):
        print("No signature was found: the bundle is valid, but nobody has approved it.")
    elif standing is None:
        print("No ledger and no list of keys is at hand (--keys), so nobody can tell whose signatures these are.")
    elif standing.approved:
        print(f"By {basis}, the release is {standing.state}: checked, advised on, and decided.")
    else:
        print(f"By {basis}, the release is {standing.state.replace('_', ' ')}: it is NOT approved.")
        for waiting in standing.waits_for:
            print(f"  {plain(waiting)}")
