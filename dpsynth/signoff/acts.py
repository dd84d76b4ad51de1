"""An act: one statement about a release, with signatures that were checked against the key register."""

from __future__ import annotations

from dataclasses import dataclass

from dpsynth.errors import SignoffError
from dpsynth.signoff import statement
from dpsynth.signoff.dsse import Envelope
from dpsynth.signoff.register import Register, Role, TrustedKey, person
from dpsynth.signoff.statement import About, Kind, StatementError

REVIEWERS: tuple[Role, ...] = ("output_checker", "dpo", "release_officer")
ROLES_OF: dict[Kind, tuple[Role, ...]] = {
    "submission": ("author",),
    "check": ("output_checker",),
    "opinion": ("dpo",),
    "decision": ("release_officer",),
    "return": REVIEWERS,
    "release": ("release_officer",),
    "withdrawal": ("release_officer",),
    "supersession": ("release_officer",),
}
"""In which role each kind of act is done. Nobody who advises decides, and nobody who decides advises (GDPR Art. 35(2),
38(6), 39(1)(c))."""
WITNESSES = 2
"""People who must have seen a signature on paper."""


@dataclass(frozen=True)
class Act:
    """Something that somebody signed about a release.

    Attributes:
        said: the statement.
        envelope: it with its signatures.
        sequence: number of the ledger's entry.
        at: UTC time of that entry, ISO 8601; None where the ledger is not at hand.
        key_ids: keys that signed.
    """

    said: About
    envelope: Envelope
    sequence: int
    at: str | None
    key_ids: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        """What sort of act it is."""
        return self.said.kind

    @property
    def says(self) -> str:
        """What was said."""
        return self.said.says

    @property
    def role(self) -> str:
        """In which role."""
        return self.said.role

    @property
    def name(self) -> str:
        """By whom."""
        return self.said.name

    @property
    def conditions(self) -> tuple[str, ...]:
        """Under which conditions."""
        return self.said.conditions

    @property
    def ink(self) -> bool:
        """Whether the signature itself is on paper."""
        return self.said.ink is not None

    @property
    def digest(self) -> str:
        """SHA-256 of the envelope."""
        return self.envelope.digest


def act(envelope: Envelope, sequence: int, at: str | None, register: Register) -> Act:
    """Reads what was signed, and checks by whom.

    Args:
        envelope: statement and signatures.
        sequence: number of the ledger's entry; keys are judged by it.
        at: time of that entry.
        register: of keys.

    Raises:
        SignoffError: the statement has another form, or a signature or key does not fit.
    """
    try:
        said = statement.about(envelope.payload)
    except StatementError as error:
        raise SignoffError(f"The envelope holds no statement about a release: {error}.") from None
    if said.role not in ROLES_OF[said.kind]:
        allowed = " or ".join(ROLES_OF[said.kind])
        raise SignoffError(f"The {said.kind} is signed as {said.role}; it needs {allowed}.")
    if said.ink is None:
        [signer] = _signers(envelope, said.role, sequence, register, 1)
        if signer.name != said.name:
            raise SignoffError(f"The {said.kind} names {said.name}, but the key belongs to {signer.name}.")
    else:
        _witnessed(said, _signers(envelope, "witness", sequence, register, WITNESSES))
    return Act(said, envelope, sequence, at, tuple(s.key_id for s in envelope.signatures))


def _signers(envelope: Envelope, role: str, sequence: int, register: Register, number: int) -> list[TrustedKey]:
    if len(envelope.signatures) != number:
        raise SignoffError(f"The statement has {len(envelope.signatures)} signatures; it needs {number}.")
    keys = [register.demand(s.key_id, role, sequence) for s in envelope.signatures]
    for key in keys:
        if not envelope.signed_by(key.key):
            raise SignoffError(f"The signature of {key.name} does not fit: what was signed is something else.")
    return keys


def _witnessed(said: About, witnesses: list[TrustedKey]) -> None:
    assert said.ink is not None
    if said.kind == "submission":
        raise SignoffError("A submission is signed with a key, not on paper.")
    if said.ink.witnesses != tuple(w.name for w in witnesses):
        raise SignoffError("The witnesses who signed are not those whom the statement names.")
    if len({person(n) for n in (said.name, *said.ink.witnesses)}) != WITNESSES + 1:
        raise SignoffError("A signature on paper needs two witnesses: two people, and not the one who signs.")
