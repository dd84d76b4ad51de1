"""What a release is called, who publishes it and how it is cited: the same words in every file of a bundle."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from dpsynth.policy.catalogue import Publisher
from dpsynth.policy.schema import Policy
from dpsynth.report.inputs import Published

NO_PERSON = "SYNTHETIC data made under differential privacy. No row describes a person."
NOT_A_RELEASE = (
    "NOT A RELEASE: made in a rehearsal from invented people, or with noise that is not private. Do not use it, do not "
    "pass it on."
)

DEMONSTRATION = (
    "DEMONSTRATION: made with a throw-away ledger, which does not know all releases about the same people. Do not "
    "rely on the totals over releases."
)


def in_english(translations: Mapping[Any, str]) -> str:
    """A policy's own text in English, else in the first language given."""
    return translations.get("en") or next(iter(translations.values()))


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, also beyond the end of their own text."""


def one_line(text: str) -> str:
    """Text of a policy for places that hold one line: no line breaks, nothing that a terminal obeys."""
    words = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) != "Cc" and c not in _BIDI)
    return " ".join(words.split())


def title(policy: Policy) -> str:
    """Title of the release."""
    return one_line(in_english(policy.title))


def publisher(policy: Policy) -> Publisher:
    """Who publishes: as the policy says, else the controller."""
    return policy.catalogue.publisher or Publisher(name=policy.legal.controller)


def nature(p: Published) -> str:
    """What comes first wherever the data are described: that they are synthetic, or that they are no release."""
    return " ".join((*warnings(p), NO_PERSON))


def warnings(p: Published) -> tuple[str, ...]:
    """What a stranger must know before anything else; nothing of a sound release that a real ledger knows."""
    return (
        *(() if is_releasable(p) else (NOT_A_RELEASE,)),
        *((DEMONSTRATION,) if p.budget.throw_away else ()),
    )


def description(p: Published) -> str:
    """What the data are, in a few sentences."""
    about = p.policy.catalogue.description
    return nature(p) if about is None else f"{nature(p)} {one_line(in_english(about))}"


def citation(p: Published) -> str:
    """How to cite the release."""
    if p.policy.catalogue.citation is not None:
        return one_line(p.policy.catalogue.citation)
    page = "" if p.policy.catalogue.page is None else f" {p.policy.catalogue.page}"
    year = p.run_date[:4]
    name = one_line(publisher(p.policy).name)
    return f"{name} ({year}): {title(p.policy)}. Synthetic data, release {p.release_id}.{page}"


def keywords(policy: Policy) -> list[str]:
    """Words that people search for; that the data are synthetic is always among them."""
    own = [one_line(word) for word in policy.catalogue.keywords]
    return [*(word for word in ("synthetic data", "differential privacy") if word not in own), *own]


def is_releasable(p: Published) -> bool:
    """Whether the noise was private and the people were real: nothing else may be released."""
    return p.noise_is_private and not p.rehearsal
