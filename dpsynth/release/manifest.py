"""The manifest: what a bundle consists of, byte for byte, and where it comes from.

Nothing in it lets anybody test a guess about the real data: the source appears as a keyed digest, the internal report
as a salted commitment.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from dpsynth import _files
from dpsynth.errors import BrokenBundleError

SCHEMA = "dpsynth-manifest-1"
MANIFEST = "manifest.json"
SIGNATURES = "signatures"
LARGEST = 16 * 2**20
"""Bytes of the largest manifest that is read."""
NAMED = 20
"""Faults that an error names."""
HEAD = ("release_id", "policy_id", "policy_digest", "releasable", "ledger")
"""What every manifest says."""


@dataclass(frozen=True)
class Commitment:
    """A salted digest: it binds to a document without letting anybody guess it.

    Attributes:
        digest: SHA-256 of salt and document, as hex; public.
        salt: 256 random bits, as hex; kept with the document.
    """

    digest: str
    salt: str


def commit_to(document: bytes) -> Commitment:
    """Commits to a document that stays inside."""
    salt = secrets.token_bytes(32)
    return Commitment(hashlib.sha256(salt + document).hexdigest(), salt.hex())


def _is_signature(name: str) -> bool:
    """Signatures come after the manifest and are the only files that it does not list."""
    folder, _, file = name.partition("/")
    return folder == SIGNATURES and file.endswith(".dsse.json") and "/" not in file


def describe_files(bundle: Path, known: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Path -> SHA-256 and size of every file of a bundle except manifest and signatures.

    Args:
        bundle: its folder.
        known: path -> SHA-256 of large files that were just written, so that they are not read again.

    Raises:
        BrokenBundleError: something is neither a file nor a folder. A link would vouch for bytes outside the bundle.
        OSError: a file cannot be read.
    """
    found = {}
    for name, entry in _walk(bundle, ""):
        if not entry.is_file(follow_symlinks=False):
            raise BrokenBundleError(f"{bundle} holds {_shown(name)}, which is neither a file nor a folder. Remove it.")
        if name != MANIFEST and not _is_signature(name):
            path = Path(entry.path)
            digest = (known or {}).get(name) or _files.sha256(path)
            found[name] = {"sha256": digest, "bytes": entry.stat(follow_symlinks=False).st_size}
    return dict(sorted(found.items()))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder that is no folder, by its path with slashes."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry


def write(bundle: Path, head: dict[str, Any]) -> str:
    """Writes the manifest of a finished bundle in canonical form; returns its SHA-256.

    Args:
        bundle: folder with all public files.
        head: identity, privacy claim, ledger head, commitments, versions.
    """
    content = _files.canonical_json({**head, "schema": SCHEMA, "files": describe_files(bundle)})
    _files.write_whole(bundle / MANIFEST, content, _files.PUBLIC)
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Verified:
    """A bundle that is what its manifest says.

    Attributes:
        manifest: its content.
        digest: SHA-256 of the manifest file.
    """

    manifest: dict[str, Any]
    digest: str


def verify(bundle: Path) -> Verified:
    """Recomputes every digest. Names in the manifest are compared, never opened, so they lead nowhere.

    Raises:
        BrokenBundleError: names every file that is missing, changed or not listed.
    """
    content, manifest = _read(bundle)
    expected = manifest["files"]
    try:
        found = describe_files(bundle)
    except (OSError, RecursionError) as error:
        reason = (getattr(error, "strerror", None) or "too many folders in each other").lower()
        raise BrokenBundleError(f"{bundle} cannot be read: {reason}.") from None
    faults = [f"{_shown(name)} is missing" for name in sorted(expected.keys() - found.keys())]
    faults += [f"{_shown(name)} is not listed" for name in sorted(found.keys() - expected.keys())]
    changed = sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name])
    faults += [f"{_shown(name)} was changed" for name in changed]
    if faults:
        more = f"; and {len(faults) - NAMED} more" if len(faults) > NAMED else ""
        listed = "; ".join(faults[:NAMED]) + more
        raise BrokenBundleError(f"{bundle} is broken: {listed}. Ask the sender for the bundle again.")
    return Verified(manifest, hashlib.sha256(content).hexdigest())


def _read(bundle: Path) -> tuple[bytes, dict[str, Any]]:
    path = bundle / MANIFEST
    try:
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > LARGEST:
            raise ValueError("not a file of that size")
        content = path.read_bytes()
        manifest = json.loads(content, parse_constant=_refuse)
        if _files.canonical_json(manifest) != content or manifest["schema"] != SCHEMA:
            raise ValueError("form")
        if not isinstance(manifest["files"], dict) or not all(key in manifest for key in HEAD):
            raise ValueError("content")
        if not isinstance(manifest["ledger"], dict) or not {"head", "sequence"} <= manifest["ledger"].keys():
            raise ValueError("ledger")
    except FileNotFoundError:
        raise BrokenBundleError(f"{bundle} has no {MANIFEST}. Give the folder of a bundle (…/public).") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise BrokenBundleError(
            f"{path} is not a manifest of form {SCHEMA}. Ask the sender for the bundle again."
        ) from None
    return content, manifest


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _shown(name: str) -> str:
    """A name from a stranger as text that no terminal takes for a command."""
    return name if name.isascii() and name.isprintable() else ascii(name)
