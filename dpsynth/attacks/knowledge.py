"""What an attacker knows of a person, and what he wants to learn: columns, by the roles that the policy declares."""

from __future__ import annotations

from dataclasses import dataclass

from dpsynth.attacks.base import Settings
from dpsynth.domain.domain import Domain

Columns = tuple[int, ...]
"""Positions of columns."""


@dataclass(frozen=True)
class Question:
    """One secret, and the columns from which it is to be inferred."""

    secret: int
    known: Columns


def declared(domain: Domain, names: tuple[str, ...]) -> Columns:
    """The positions of those names that are columns."""
    return tuple(i for i, name in enumerate(domain.names) if name in names)


def halves(domain: Domain, settings: Settings) -> tuple[Columns, Columns]:
    """Two disjoint sets of columns: the quasi-identifiers and all others; without any, the first and the second half.

    Where all columns are quasi-identifiers they are cut in halves too. Of fewer than two columns one side is empty.
    """
    everything = tuple(range(len(domain.attributes)))
    known = declared(domain, settings.quasi_identifiers)
    if 0 < len(known) < len(everything):
        return known, tuple(i for i in everything if i not in known)
    return everything[: len(everything) // 2], everything[len(everything) // 2 :]


def file_and_secrets(domain: Domain, settings: Settings) -> tuple[Columns, Columns]:
    """The columns of an identified file, and the secrets that are not in it.

    The file has the quasi-identifiers; without any, all columns but the secrets. The secrets are the declared ones that
    the file has not; without any, all other columns. Without either declaration: the two `halves`.
    """
    known, secrets = declared(domain, settings.quasi_identifiers), declared(domain, settings.secrets)
    others = tuple(i for i in range(len(domain.attributes)) if i not in secrets)
    known, secrets = known or others, tuple(i for i in secrets if i not in known)
    if secrets and known:
        return known, secrets
    return halves(domain, settings)


def questions(domain: Domain, settings: Settings) -> tuple[Question, ...]:
    """What an attacker asks, one question a secret; those about which he would know nothing are left out.

    Secrets are the declared ones; without any, each column that is no quasi-identifier; without those, each column. He
    knows the quasi-identifiers; without any, all other columns.
    """
    everything = tuple(range(len(domain.attributes)))
    identifying = declared(domain, settings.quasi_identifiers)
    secrets = declared(domain, settings.secrets) or tuple(i for i in everything if i not in identifying) or everything
    asked = []
    for secret in secrets:
        known = tuple(i for i in identifying or everything if i != secret)
        if known:
            asked.append(Question(secret, known))
    return tuple(asked)
