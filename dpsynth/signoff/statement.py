"""What a signature says: an in-toto Statement about a manifest, or about a key.

The subject is a SHA-256: of `manifest.json`, which lists every byte of a release, or of a public key. The kind of
statement is the predicate's type. It lies under the signature, so an opinion can never be read as a decision.

Source: in-toto Attestation Framework, Statement v1, github.com/in-toto/attestation, spec/v1/statement.md.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, get_args

from dpsynth import _files

TYPE = "https://in-toto.io/Statement/v1"
PREFIX, SUFFIX = "urn:dpsynth:", ":v1"
_HEX = re.compile(r"[0-9a-f]{64}")

Kind = Literal["submission", "check", "opinion", "decision", "return", "release", "withdrawal", "supersession"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SAYS: dict[str, tuple[str, ...]] = {
    "submission": ("submitted",),
    "check": ("no_objection", "objection"),
    "opinion": ("in_favour", "in_favour_with_conditions", "against"),
    "decision": ("release", "release_with_conditions", "reject"),
    "return": ("returned",),
    "release": ("released",),
    "withdrawal": ("withdrawn",),
    "supersession": ("superseded",),
}
"""What each kind may say."""


class StatementError(ValueError):
    """A payload that is no statement of this form."""


@dataclass(frozen=True)
class Moment:
    """Where the ledger stood.

    Attributes:
        sequence: number of its newest entry.
        head: hash of that entry.
    """

    sequence: int
    head: str


@dataclass(frozen=True)
class Ink:
    """A signature on paper: two witnesses sign that they saw it.

    Attributes:
        scan_sha256: digest of the scan, which is kept inside the centre.
        witnesses: names.
    """

    scan_sha256: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """What somebody says about a release.

    Attributes:
        kind: what sort of act this is.
        says: one of `SAYS[kind]`.
        role: in which role.
        name: who.
        release_id, policy_digest: of the release.
        manifest_sha256: of its manifest.
        submission: SHA-256 of the envelope with which this review was opened; None for that one itself.
        ledger: where the ledger stood when this was signed.
        conditions: which come with it; anybody may read them.
        reason_sha256: salted digest of the reason, which stays inside: it may speak of real people. None: none given.
        valid_until: ISO time after which a decision to release expires.
        successor: release id and manifest of the release that takes the place of this one.
        ink: set if the signature itself is on paper.
    """

    kind: Kind
    says: str
    role: str
    name: str
    release_id: str
    policy_digest: str
    manifest_sha256: str
    submission: str | None
    ledger: Moment
    conditions: tuple[str, ...] = ()
    reason_sha256: str | None = None
    valid_until: str | None = None
    successor: tuple[str, str] | None = None
    ink: Ink | None = None

    def to_payload(self) -> bytes:
        """The bytes of the statement."""
        predicate: dict[str, Any] = {
            "says": self.says,
            "role": self.role,
            "name": self.name,
            "release_id": self.release_id,
            "policy_digest": self.policy_digest,
            "submission": self.submission,
            "ledger": {"sequence": self.ledger.sequence, "head": self.ledger.head},
            "conditions": list(self.conditions),
            "reason_sha256": self.reason_sha256,
            "valid_until": self.valid_until,
            "successor": None
            if self.successor is None
            else {"release_id": self.successor[0], "manifest_sha256": self.successor[1]},
            "ink": None
            if self.ink is None
            else {"scan_sha256": self.ink.scan_sha256, "witnesses": list(self.ink.witnesses)},
        }
        return payload(self.kind, "manifest.json", self.manifest_sha256, predicate)


def about(content: bytes) -> About:
    """Reads a statement about a release.

    Raises:
        StatementError: it is something else, or has not exactly the fields of this form.
    """
    kind, _, digest, p = parts(content)
    known = next((k for k in KINDS if k == kind), None)
    if known is None:
        raise StatementError(f"a statement of the kind {kind[:40]!r} is not known")
    try:
        said = About(
            kind=known,
            says=_text(p["says"]),
            role=_text(p["role"]),
            name=_text(p["name"]),
            release_id=_text(p["release_id"]),
            policy_digest=_digest(p["policy_digest"]),
            manifest_sha256=digest,
            submission=None if p["submission"] is None else _digest(p["submission"]),
            ledger=Moment(_number(p["ledger"]["sequence"]), _digest(p["ledger"]["head"])),
            conditions=tuple(_text(c) for c in p["conditions"]),
            reason_sha256=None if p["reason_sha256"] is None else _digest(p["reason_sha256"]),
            valid_until=None if p["valid_until"] is None else _text(p["valid_until"]),
            successor=None
            if p["successor"] is None
            else (_text(p["successor"]["release_id"]), _digest(p["successor"]["manifest_sha256"])),
            ink=None
            if p["ink"] is None
            else Ink(_digest(p["ink"]["scan_sha256"]), tuple(_text(w) for w in p["ink"]["witnesses"])),
        )
    except (KeyError, TypeError, IndexError, AttributeError):
        raise StatementError("a field of the statement is missing or of the wrong form") from None
    # Read and written again it must be the same bytes: nothing is left out, nothing is read in two ways.
    if said.says not in SAYS[kind] or said.to_payload() != content:
        raise StatementError("the statement has not the form of its kind")
    return said


def payload(kind: str, name: str, digest: str, predicate: dict[str, Any]) -> bytes:
    """The canonical bytes of a statement."""
    return _files.canonical_json(
        {
            "_type": TYPE,
            "subject": [{"name": name, "digest": {"sha256": digest}}],
            "predicateType": f"{PREFIX}{kind}{SUFFIX}",
            "predicate": predicate,
        }
    )


def parts(content: bytes) -> tuple[str, str, str, dict[str, Any]]:
    """Kind, name of the subject, its SHA-256, and predicate of a statement.

    Raises:
        StatementError: the bytes are no statement of this form.
    """
    try:
        value = json.loads(content, parse_constant=_refuse)
        [subject] = value["subject"]
        kind = value["predicateType"].removeprefix(PREFIX).removesuffix(SUFFIX)
        name, digest, predicate = _text(subject["name"]), _digest(subject["digest"]["sha256"]), value["predicate"]
        same = isinstance(predicate, dict) and payload(kind, name, digest, predicate) == content
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise StatementError("it is no in-toto statement of this form") from None
    if not same:
        raise StatementError("it is no in-toto statement in canonical form")
    return kind, name, digest, predicate


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _refuse(constant: str) -> NoReturn:
    raise StatementError(constant)
