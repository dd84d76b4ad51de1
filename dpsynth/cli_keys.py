"""`dpsynth keys`: make keys, vouch for them, revoke them, list them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dpsynth.cli_options import LedgerUrl, PassphraseFiles, open_ledger, passphrase, plain, unlock
from dpsynth.errors import UsageError

app = typer.Typer(
    help="Keys that people sign with, and the register that says whose they are.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

SignerKey = Annotated[
    Path, typer.Option("--key", help="Secret key that signs this entry of the register: a custodian's.")
]


@app.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="File to write, such as ada.pem.", metavar="FILE")],
    passphrase_file: PassphraseFiles = None,
) -> None:
    """Make a key: FILE for its owner alone, encrypted with a passphrase, and FILE's public half beside it."""
    from dpsynth.signoff import keys

    if passphrase_file and len(passphrase_file) > 1:
        raise UsageError("--passphrase-file is given more than once, for one key. Give it once.")
    secret = passphrase(passphrase_file[0] if passphrase_file else None, f"the new key {file}", twice=True)
    public = keys.write_new(file, secret)
    print(f"Secret key: {file}. Keep it and its passphrase to yourself; nobody can restore either.")
    print(f"Public key: {keys.public_half(file)}. Give it to a custodian, and read the fingerprint to them:")
    print(f"  {keys.grouped(public.key_id)}")


@app.command("trust")
def trust(
    public_key: Annotated[
        Path, typer.Argument(help="Public key of the person, a file *.pub.pem.", metavar="PUBLIC_KEY")
    ],
    name: Annotated[str, typer.Option("--name", help="Whose key it is; the same person has one name.")],
    role: Annotated[
        list[str],
        typer.Option(
            "--role",
            help="author, output_checker, dpo, release_officer, witness or custodian. Can be repeated; "
            "a custodian's key has no other role.",
        ),
    ],
    key: SignerKey,
    account: Annotated[
        str | None,
        typer.Option("--account", help="Account on this machine. Whoever ran a release under it cannot review it."),
    ] = None,
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Vouch for a key: enter whose it is and in which roles it counts. The first key must be a custodian's."""
    from dpsynth.signoff import custody, keys

    public = keys.load_public(public_key)
    [signer] = unlock([key], passphrase_file)
    role = [r.replace("-", "_") for r in role]  # what somebody says has hyphens on the command line
    first = role == ["custodian"] and signer.public == public  # a ledger may begin with its custodian
    book = open_ledger(ledger, create=first)
    try:
        trusted = custody.trust(book, signer, public, name, role, account)
        if book.is_new:
            print(f"A NEW LEDGER was made: {book.url}. Runs must use the same one.")
    finally:
        book.close()
    print(f"From ledger entry {trusted.since} on, this key of {trusted.name} counts as {', '.join(trusted.roles)}:")
    print(f"  {keys.grouped(trusted.key.key_id)}")
    print("Compare the fingerprint with its owner in person or by telephone.")


@app.command("revoke")
def revoke(
    key_id: Annotated[
        str, typer.Argument(help="Fingerprint of the key, or its first 8 characters or more.", metavar="FINGERPRINT")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why, in one line.")],
    key: Annotated[Path, typer.Option("--key", help="Secret key of a custodian, or the key that is revoked.")],
    passphrase_file: PassphraseFiles = None,
    ledger: LedgerUrl = None,
) -> None:
    """Revoke a key for ever. What it signed before stays valid; what it signs from now on does not count."""
    from dpsynth.signoff import custody

    [signer] = unlock([key], passphrase_file)
    book = open_ledger(ledger)
    try:
        gone = custody.revoke(book, signer, key_id, reason)
    finally:
        book.close()
    print(f"From ledger entry {gone.until} on, the key {gone.key.key_id[:16]} of {gone.name} does not count.")


@app.command("list")
def list_keys(
    ledger: LedgerUrl = None,
    json_file: Annotated[
        Path | None,
        typer.Option("--json", help="Also write the signed register to this file, for `dpsynth verify --keys`."),
    ] = None,
    pem: Annotated[
        Path | None,
        typer.Option("--pem", help="Also write every public key into this folder, for openssl."),
    ] = None,
) -> None:
    """List the keys of the register: whose, which roles, from when, until when."""
    from dpsynth import _files
    from dpsynth.signoff import keys, register

    book = open_ledger(ledger)
    try:
        entries = book.entries()
    finally:
        book.close()
    held = register.from_entries(entries)
    if held.anchor is None:
        print("No key is in the register. Begin with a custodian: `dpsynth keys trust`.")
        return
    for k in held.keys:
        account = f", account {plain(k.account)}" if k.account else ""
        print(f"{plain(k.name)}: {', '.join(k.roles)}{account}")
        print(f"  {keys.grouped(k.key.key_id)}")
        print(f"  from entry {k.since} ({k.since_at[:10]}), vouched for by {plain(k.vouched_by)}")
        if k.until is not None:
            print(f"  REVOKED from entry {k.until} ({(k.until_at or '')[:10]}): {plain(k.reason)}")
    if json_file is not None:
        _files.write_json(json_file, register.to_json(entries), _files.PUBLIC)
        print(f"Wrote {json_file}. It rests on the first custodian's key, {held.anchor.key.key_id[:16]}.")
    if pem is not None:
        for k in held.keys:
            _files.write_whole(pem / f"{k.key.key_id[:16]}.pub.pem", k.key.pem.encode(), _files.PUBLIC)
        print(f"Wrote {len(held.keys)} public keys to {pem}.")
