"""Whose data these are, and who is never trained on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dpsynth.policy.block import Block, Name, Share, Slug


class Holdout(Block):
    """People who are never trained on.

    `control` is the part of them that attacks use as targets; the rest is what the attacker knows about the
    population. A person's side depends on that person's id and a secret key alone.
    """

    share: Annotated[float, Field(gt=0.0, le=0.5)] = Field(default=0.10, description="Share of all people.")
    control: Share = Field(default=0.5, description="Share of the held-out people who are targets.")


class Source(Block):
    """Whose data these are. The ledger's key is the population of people, never the file."""

    population: Slug = Field(description="The people; every release about them draws on one lifetime budget.")
    snapshot: Name = Field(description="Which extract of the data, in your own words.")
    max_patients: Annotated[int, Field(ge=1, le=10**10, description="Public upper bound on the number of people.")]
    max_rows: Annotated[int, Field(ge=1, le=10**12)] | None = Field(
        default=None, description="Public upper bound on rows, for planning."
    )
    holdout: Holdout = Holdout()
