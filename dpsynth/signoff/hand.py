"""How somebody signs: with a key, or on paper before two witnesses who have keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from dpsynth.errors import SignoffError
from dpsynth.signoff.keys import SecretKey
from dpsynth.signoff.register import Register, TrustedKey
from dpsynth.signoff.statement import Ink

LARGEST_SCAN = 64 * 2**20
"""Bytes of the largest scan."""


@dataclass(frozen=True)
class ByKey:
    """A signature with the signer's own key."""

    key: SecretKey

    @property
    def keys(self) -> tuple[SecretKey, ...]:
        """The keys that sign."""
        return (self.key,)


@dataclass(frozen=True)
class ByInk:
    """A signature on paper. Two others sign with their keys that they saw it.

    Attributes:
        name: who signed on paper.
        scan: file with the signed page; a copy is kept inside.
        witnesses: keys of two people.
    """

    name: str
    scan: Path
    witnesses: tuple[SecretKey, SecretKey]

    @property
    def keys(self) -> tuple[SecretKey, ...]:
        """The keys that sign."""
        return self.witnesses


Hand = ByKey | ByInk


def signer(hand: Hand, register: Register) -> str:
    """Who signs.

    Raises:
        SignoffError: the key is not in the register.
    """
    return hand.name if isinstance(hand, ByInk) else owner(hand.key, register).name


def owner(key: SecretKey, register: Register) -> TrustedKey:
    """Whose a key is.

    Raises:
        SignoffError: the key is not in the register.
    """
    found = register.find(key.public.key_id)
    if found is None:
        raise SignoffError(
            f"The key {key.public.key_id[:16]} is not in the key register. A custodian can add it with `dpsynth keys "
            "trust`."
        )
    return found


def ink(hand: Hand, register: Register) -> tuple[Ink, bytes] | None:
    """What the witnesses sign about the paper, and the scan; None for a signature with a key.

    Raises:
        SignoffError: the scan cannot be read, or a witness is not in the register.
    """
    if isinstance(hand, ByKey):
        return None
    try:
        if not hand.scan.is_file() or not 0 < hand.scan.stat().st_size <= LARGEST_SCAN:
            raise SignoffError(f"{hand.scan} is no scan: give a file that is not empty, of at most 64 MiB.")
        content = hand.scan.read_bytes()
    except OSError as error:
        raise SignoffError(f"{hand.scan} cannot be read: {(error.strerror or 'refused').lower()}.") from None
    names = tuple(owner(w, register).name for w in hand.witnesses)
    return Ink(hashlib.sha256(content).hexdigest(), names), content
