"""Keys and envelopes: the encoding that is signed, one form of bytes, and what is refused."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dpsynth import _files
from dpsynth.errors import SignoffError, UsageError
from dpsynth.signoff import dsse, keys, statement
from dpsynth.signoff.dsse import EnvelopeError
from dpsynth.signoff.statement import About, Ink, Moment, StatementError

KEY, OTHER = keys.new(), keys.new()
PASSPHRASE = "a long enough passphrase"


def test_the_encoding_is_the_one_of_the_specification() -> None:
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.tuples(st.text(max_size=8), st.binary(max_size=8)), st.tuples(st.text(max_size=8), st.binary(max_size=8)))
def test_two_messages_never_share_an_encoding(one, other) -> None:
    assert (dsse.pae(*one) == dsse.pae(*other)) == (one == other)


def test_an_envelope_is_read_as_it_was_written() -> None:
    envelope = dsse.seal(b"payload", [KEY, OTHER])
    again = dsse.read(envelope.to_bytes())
    assert again == envelope and again.digest == envelope.digest
    assert again.signed_by(KEY.public) and again.signed_by(OTHER.public)
    assert not dsse.seal(b"payload", [KEY]).signed_by(OTHER.public)


def test_a_signature_moves_to_no_other_payload_and_no_other_key() -> None:
    envelope = dsse.seal(b"payload", [KEY])
    [signature] = envelope.signatures
    assert not dsse.Envelope(b"Payload", (signature,)).signed_by(KEY.public)
    assert not dsse.Envelope(b"payload", (dsse.Signature(OTHER.public.key_id, signature.value),)).signed_by(
        OTHER.public
    )


def spoiled() -> dict[str, bytes]:
    good = json.loads(dsse.seal(b"payload", [KEY]).to_bytes())
    signature = good["signatures"][0]
    loose = base64.b64encode(b"payloa").decode()

    def form(**change) -> bytes:
        return _files.canonical_json({**good, **change})

    return {
        "empty": b"",
        "no object": b"[]",
        "spaces": json.dumps(good).encode(),
        "more": form(more=1),
        "other type": form(payloadType="text/plain"),
        "no signatures": form(signatures=[]),
        "signatures of another kind": form(signatures={"a": 1}),
        "twice": form(signatures=[signature, signature]),
        "no base64": form(payload="?"),
        "loose base64": form(payload=loose[:-1] + "\n" + loose[-1]),
        "name of a key": form(signatures=[{**signature, "keyid": "'; rm -r ."}]),
        "more in a signature": form(signatures=[{**signature, "x": 1}]),
        "constant": form().replace(b'"payload"', b'"a":NaN,"payload"'),
        "deep": b"[" * 10**5,
        "large": b" " * (dsse.LARGEST + 1),
    }


@pytest.mark.parametrize("name", spoiled())
def test_what_is_no_envelope_is_refused(name: str) -> None:
    with pytest.raises(EnvelopeError):
        dsse.read(spoiled()[name])


@given(st.binary(max_size=60))
def test_hostile_bytes_raise_nothing_else(content: bytes) -> None:
    with pytest.raises(EnvelopeError):
        dsse.read(content)
    with pytest.raises(StatementError):
        statement.about(content)


def test_a_key_is_kept_encrypted_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "ada.pem"
    public = keys.write_new(path, PASSPHRASE)
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load_public(tmp_path / "ada.pub.pem") == public == keys.load_secret(path, PASSPHRASE).public
    with pytest.raises(SignoffError, match="passphrase is wrong"):
        keys.load_secret(path, PASSPHRASE + "!")
    with pytest.raises(UsageError, match="never replaced"):
        keys.write_new(path, PASSPHRASE)
    with pytest.raises(UsageError, match="at least 12"):
        keys.write_new(tmp_path / "short.pem", "short")
    assert "PRIVATE" not in repr(KEY) and KEY.public.key_id[:16] in repr(KEY)


def test_the_name_of_a_key_is_what_openssl_computes(tmp_path: Path) -> None:
    (tmp_path / "k").write_text(KEY.public.pem)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", tmp_path / "k", "-outform", "DER"], capture_output=True, check=True
    ).stdout
    digest = subprocess.run(["openssl", "dgst", "-sha256", "-r"], input=der, capture_output=True, check=True).stdout
    assert digest.decode().split()[0] == KEY.public.key_id == keys.grouped(KEY.public.key_id).replace(" ", "")


def openssl_key(*kind: str) -> bytes:
    return subprocess.run(["openssl", "genpkey", *kind], capture_output=True, check=True).stdout


def test_other_keys_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    path.write_bytes(openssl_key("-algorithm", "ed25519"))
    with pytest.raises(SignoffError, match="not encrypted"):
        keys.load_secret(path, PASSPHRASE)
    path.write_bytes(openssl_key("-algorithm", "x25519", "-aes256", "-pass", f"pass:{PASSPHRASE}"))
    with pytest.raises(SignoffError, match="not an Ed25519"):
        keys.load_secret(path, PASSPHRASE)
    path.write_bytes(openssl_key("-algorithm", "ed25519", "-aes256", "-pass", f"pass:{PASSPHRASE}"))
    assert keys.load_secret(path, PASSPHRASE).public.verifies(keys.load_secret(path, PASSPHRASE).sign(b"x"), b"x")
    for wrong in (b"", b"text", b"\xff", b"x" * (keys.LARGEST + 1)):
        path.write_bytes(wrong)
        with pytest.raises(SignoffError):
            keys.load_secret(path, PASSPHRASE)
        with pytest.raises(SignoffError):
            keys.load_public(path)
    with pytest.raises(SignoffError):
        keys.load_public(tmp_path / "nowhere.pem")


ABOUT = About(
    kind="opinion",
    says="in_favour_with_conditions",
    role="dpo",
    name="Dora Ö.",
    release_id="p/r1",
    policy_digest="0" * 64,
    manifest_sha256="1" * 64,
    submission="2" * 64,
    ledger=Moment(7, "3" * 64),
    conditions=("registered users only",),
    reason_sha256="4" * 64,
    ink=Ink("5" * 64, ("Will", "Wanda")),
)


def test_a_statement_is_read_as_it_was_written() -> None:
    payload = ABOUT.to_payload()
    assert statement.about(payload) == ABOUT
    value = json.loads(payload)
    assert value["_type"] == "https://in-toto.io/Statement/v1" and value["predicateType"] == "urn:dpsynth:opinion:v1"
    assert value["subject"] == [{"name": "manifest.json", "digest": {"sha256": "1" * 64}}]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("_type",), "x"),
        (("predicateType",), "urn:dpsynth:decision:v1"),
        (("predicateType",), "urn:dpsynth:anything:v1"),
        (("subject", 0, "name"), "other.json"),
        (("subject", 0, "digest", "sha256"), "1"),
        (("subject", 0, "digest", "sha512"), "1"),
        (("predicate", "says"), "release"),
        (("predicate", "more"), 1),
        (("predicate", "ledger", "sequence"), "7"),
        (("predicate", "ledger", "sequence"), True),
        (("predicate", "ledger", "head"), "x" * 64),
        (("predicate", "conditions"), "text"),
        (("predicate", "reason_sha256"), "in words"),
        (("predicate", "ink"), {}),
    ],
)
def test_a_statement_has_one_form(path, value) -> None:
    content = json.loads(ABOUT.to_payload())
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(StatementError):
        statement.about(_files.canonical_json(content))
