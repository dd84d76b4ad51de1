"""A number in a report knows where it comes from.

`facts.json` is the source of truth of a report; HTML is a view of it. The internal edition may hold every origin. The
public edition holds only values that do not depend on real data except through charged, noisy answers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

Origin = Literal["dp", "post", "config", "public", "synthetic", "audit", "real"]
"""dp: a noisy answer that was charged. post: computed from dp values only. config: policy and code, fixed before data
were opened. public: published elsewhere. synthetic: looks at the synthetic rows only. audit: measured on invented
people, before data were opened. real: looks at real rows without protection."""

PUBLIC_ORIGINS: frozenset[str] = frozenset({"dp", "post", "config", "public", "synthetic", "audit"})
MEANINGS: dict[Origin, str] = {
    "dp": "a noisy answer that was charged to the budget",
    "post": "computed from noisy answers only",
    "config": "policy, program and ledger, known before data were opened",
    "public": "published elsewhere",
    "synthetic": "looks at the synthetic rows only",
    "audit": "measured on invented people, before data were opened",
    "real": "looks at real rows without protection",
}
"""What each origin means, for readers of `facts.json`."""
ALL_ORIGINS: frozenset[str] = PUBLIC_ORIGINS | {"real"}

_KEYS = {"value", "origin", "noise_sd"}


@dataclass(frozen=True)
class Fact:
    """A value with its origin.

    Attributes:
        value: a JSON value.
        origin: where it comes from.
        noise_sd: standard deviation of the privacy noise in it, for dp and post values where it is known.
    """

    value: Any
    origin: Origin
    noise_sd: float | None = None


class OriginError(ValueError):
    """A value has no origin, or one that this edition must not print."""


def encode(tree: Any) -> Any:
    """Turns a tree of dicts, lists and facts into plain JSON values.

    Raises:
        OriginError: a leaf is not a Fact.
    """
    match tree:
        case Fact(value=value, origin=origin, noise_sd=None):
            return {"value": value, "origin": origin}
        case Fact(value=value, origin=origin, noise_sd=noise_sd):
            return {"value": value, "origin": origin, "noise_sd": noise_sd}
        case dict():
            return {key: encode(part) for key, part in tree.items()}
        case list() | tuple():
            return [encode(part) for part in tree]
    raise OriginError(f"Expected a Fact, a dict or a list, got a bare {type(tree).__name__}.")


def values(tree: Any, allowed: Collection[str], path: str = "facts") -> Any:
    """The bare values of encoded facts, refusing everything that may not be printed.

    A fact with noise gets a sibling: `x` becomes `x` and `x_sd`.

    Args:
        tree: what `encode` returned.
        allowed: origins that this edition may print.
        path: where the tree stands, for the error.

    Raises:
        OriginError: a value has no origin, or one that is not allowed.
    """
    if is_fact(tree):
        if tree["origin"] not in allowed:
            raise OriginError(f"{path} has origin {tree['origin']!r}; allowed here are {', '.join(sorted(allowed))}.")
        return tree["value"]
    if isinstance(tree, list):
        return [values(part, allowed, f"{path}[{i}]") for i, part in enumerate(tree)]
    if isinstance(tree, dict):
        bare = {key: values(part, allowed, f"{path}.{key}") for key, part in tree.items()}
        return bare | {f"{k}_sd": part["noise_sd"] for k, part in tree.items() if is_fact(part) and "noise_sd" in part}
    raise OriginError(f"{path} has no origin. Every value of a report needs one.")


def is_fact(tree: Any) -> bool:
    """Whether a JSON value is an encoded fact."""
    return isinstance(tree, dict) and {"value", "origin"} <= tree.keys() <= _KEYS
