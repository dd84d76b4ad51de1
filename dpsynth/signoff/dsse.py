"""DSSE envelopes: a payload, its type, and Ed25519 signatures over both.

What is signed is the pre-authentication encoding (PAE), which binds the type into the signature and leaves no two
readings of the same bytes. Anything with Ed25519 can check it, `openssl` alone too.

Source: DSSE v1.0.2, github.com/secure-systems-lab/dsse, protocol.md and envelope.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from dpsynth import _files
from dpsynth.signoff.keys import PublicKey, SecretKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LARGEST = 64 * 1024
"""Bytes of the largest envelope that is read."""


class EnvelopeError(ValueError):
    """Bytes that are no envelope of this form."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: the version, then type and payload, each after its length in bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True)
class Signature:
    """One signature.

    Attributes:
        key_id: of the key that is said to have made it.
        value: 64 bytes.
    """

    key_id: str
    value: bytes


@dataclass(frozen=True)
class Envelope:
    """A payload with its signatures.

    Attributes:
        payload: the bytes of a statement.
        signatures: one for each signer.
    """

    payload: bytes
    signatures: tuple[Signature, ...]

    def to_json(self) -> dict[str, Any]:
        """The JSON form, as DSSE fixes it."""
        return {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": s.key_id, "sig": base64.b64encode(s.value).decode()} for s in self.signatures],
        }

    def to_bytes(self) -> bytes:
        """The one file form: canonical JSON."""
        return _files.canonical_json(self.to_json())

    @property
    def digest(self) -> str:
        """SHA-256 of the file form, as hex."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def signed_by(self, key: PublicKey) -> bool:
        """Whether one of the signatures is this key's, over this payload."""
        message = pae(PAYLOAD_TYPE, self.payload)
        return any(s.key_id == key.key_id and key.verifies(s.value, message) for s in self.signatures)


def seal(payload: bytes, keys: Sequence[SecretKey]) -> Envelope:
    """Signs a payload with each of the keys."""
    message = pae(PAYLOAD_TYPE, payload)
    return Envelope(payload, tuple(Signature(key.public.key_id, key.sign(message)) for key in keys))


def read(content: bytes) -> Envelope:
    """Reads an envelope in its one file form, so that no byte can be changed without a trace.

    Raises:
        EnvelopeError: the bytes are something else.
    """
    if len(content) > LARGEST:
        raise EnvelopeError("it is too large")
    try:
        return from_json(json.loads(content, parse_constant=_refuse), content)
    except (ValueError, RecursionError):
        raise EnvelopeError("it is no DSSE envelope in canonical form") from None


def from_json(value: Any, content: bytes | None = None) -> Envelope:
    """Reads an envelope from its JSON value.

    Raises:
        EnvelopeError: the value is something else, or not what `content` says in canonical form.
    """
    try:
        if value["payloadType"] != PAYLOAD_TYPE or not value["signatures"]:
            raise EnvelopeError("it is no signed in-toto statement")
        signatures = tuple(Signature(str(s["keyid"]), _unpacked(s["sig"])) for s in value["signatures"])
        envelope = Envelope(_unpacked(value["payload"]), signatures)
        same = envelope.to_json() == value if content is None else envelope.to_bytes() == content
    except (KeyError, TypeError, AttributeError, UnicodeError, binascii.Error):
        raise EnvelopeError("it is no DSSE envelope") from None
    if not same:
        raise EnvelopeError("it is no DSSE envelope in canonical form")
    if not all(re.fullmatch(r"[0-9a-f]{64}", s.key_id) for s in signatures):
        raise EnvelopeError("a key's name has another form")
    if len({s.key_id for s in signatures}) != len(signatures):
        raise EnvelopeError("it names one key twice")
    return envelope


def _unpacked(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _refuse(constant: str) -> NoReturn:
    raise EnvelopeError(constant)
