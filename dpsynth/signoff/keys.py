"""Ed25519 keys: the secret half encrypted with a passphrase, the public half as PEM.

Both are the files that `openssl` knows (PKCS #8 and SubjectPublicKeyInfo). A key's name is the SHA-256 of its public
half in DER, which anybody can recompute: `openssl pkey -pubin -in KEY.pub.pem -outform DER | sha256sum`.

Sources: RFC 8032 (Ed25519), RFC 8410 (its encoding), RFC 5958 (PKCS #8).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dpsynth import _files
from dpsynth.errors import SignoffError, UsageError

SHORTEST = 12
"""Characters of the shortest passphrase for a new key."""
LARGEST = 16 * 1024
"""Bytes of the largest key file that is read."""


@dataclass(frozen=True)
class PublicKey:
    """The public half of a key.

    Attributes:
        pem: SubjectPublicKeyInfo as PEM text.
        key_id: SHA-256 of the same in DER, as hex.
    """

    pem: str
    key_id: str

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether a signature is this key's over a message."""
        key = serialization.load_pem_public_key(self.pem.encode())
        assert isinstance(key, Ed25519PublicKey)
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SecretKey:
    """A key that can sign; never printed."""

    _key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SecretKey({self.public.key_id[:16]})"

    @property
    def public(self) -> PublicKey:
        """Its public half."""
        return _public(self._key.public_key())

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)

    def to_pem(self, passphrase: str) -> bytes:
        """PKCS #8, encrypted."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase.encode()),
        )


def new() -> SecretKey:
    """A fresh key from the operating system's generator."""
    return SecretKey(Ed25519PrivateKey.generate())


def write_new(path: Path, passphrase: str) -> PublicKey:
    """Makes a key and writes both halves: `path` (for its owner alone) and the same name with `.pub.pem`.

    Raises:
        UsageError: the passphrase is short, or a file is there already.
        ResourceError: the disk refuses.
    """
    if len(passphrase) < SHORTEST:
        raise UsageError(f"The passphrase has {len(passphrase)} characters; at least {SHORTEST} are needed.")
    public_path = public_half(path)
    for there in (path, public_path):
        if os.path.lexists(there):
            raise UsageError(f"{there} is there already; a key is never replaced. Choose another name.")
    key = new()
    _files.write_whole(path, key.to_pem(passphrase))
    _files.write_whole(public_path, key.public.pem.encode(), _files.PUBLIC)
    return key.public


def public_half(path: Path) -> Path:
    """Where the public half of a key file lies."""
    return path.with_name(path.name.removesuffix(".pem") + ".pub.pem")


def load_secret(path: Path, passphrase: str) -> SecretKey:
    """Reads a secret key.

    Raises:
        SignoffError: it cannot be read, or the passphrase is wrong, or it is not encrypted or not Ed25519.
    """
    content = _read(path)
    try:
        key = serialization.load_pem_private_key(content, passphrase.encode())
    except TypeError:
        raise SignoffError(
            f"{path} is not encrypted: whoever reads the file can sign with it. Make a key with `dpsynth keys new`."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignoffError(f"{path} is no secret key, or the passphrase is wrong. Try again.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SignoffError(f"{path} is not an Ed25519 key. Make a key with `dpsynth keys new`.")
    return SecretKey(key)


def load_public(path: Path) -> PublicKey:
    """Reads a public key.

    Raises:
        SignoffError: it cannot be read or is not Ed25519.
    """
    try:
        return public_from_pem(_read(path).decode())
    except ValueError:
        raise SignoffError(f"{path} is no public Ed25519 key. Give the file that ends in .pub.pem.") from None


def public_from_pem(pem: str) -> PublicKey:
    """The key in a PEM text.

    Raises:
        ValueError: it holds something else.
    """
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:
        raise ValueError("unknown kind of key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return _public(key)


def grouped(key_id: str) -> str:
    """A key's name for people who compare it on paper: eight groups of eight."""
    return " ".join(key_id[i : i + 8] for i in range(0, 64, 8))


def _public(key: Ed25519PublicKey) -> PublicKey:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_bytes(serialization.Encoding.PEM, form).decode()
    return PublicKey(pem, hashlib.sha256(key.public_bytes(serialization.Encoding.DER, form)).hexdigest())


def _read(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise SignoffError(f"{path} is no key file. Give the file that `dpsynth keys new` wrote.")
        return path.read_bytes()
    except OSError as error:
        raise SignoffError(
            f"{path} cannot be read: {(error.strerror or 'refused').lower()}. Give the file of a key."
        ) from None
