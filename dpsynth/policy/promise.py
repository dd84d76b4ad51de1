"""The privacy promise: unit, neighbouring relation, contribution, budget."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field, model_validator

from dpsynth.policy.block import Block, Evidence, Text, fault, show


class Contribution(Block):
    """How much of one person is used. Excess rows are dropped at random, person by person.

    With `clip`, somebody who puts much into a table of counts weighs less there: the person's own counts are scaled
    down until their L2 length, the root of the sum of their squares, is `clip`. Many rows may then be used with the
    noise of few; the counts of people with many rows come out too small.
    """

    max_rows_per_unit: Annotated[int, Field(ge=1, le=100000)] = Field(
        description="At most this many rows of one person are used. More rows need more noise."
    )
    on_excess: Literal["sample_uniform"] = Field(default="sample_uniform", description="How rows are chosen.")
    clip: Annotated[float, Field(ge=1)] | Literal["auto"] | None = Field(
        default=None,
        description="Each person's contribution to a table is scaled down to this L2 length instead of being cut to "
        "few rows; noise is for clip rows. From 1 to max_rows_per_unit, or auto. Left out: plain counts, noise for "
        "max_rows_per_unit rows.",
    )
    source: Evidence = Field(default="assumed", description="Where the number comes from.")

    @model_validator(mode="after")
    def _clip_is_a_bound(self) -> Contribution:
        if isinstance(self.clip, float) and self.clip > self.max_rows_per_unit:
            raise fault(
                ("clip",),
                f"clip is {show(self.clip)}, above max_rows_per_unit {self.max_rows_per_unit}, so that nothing would "
                "ever be scaled down and the noise would be too large. Lower clip, or remove it.",
            )
        return self


class Lifetime(Block):
    """What all releases about this population may cost together: the present budget of the ledger."""

    epsilon: Annotated[float, Field(gt=0, le=100)] = Field(description="epsilon of all releases at `delta`.")
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(description="At most 0.01 / source.max_patients.")


class Split(Block):
    """Shares of the release budget: of the square of mu, which is the precision of the noise."""

    synthesis: Annotated[float, Field(gt=0, le=1)] = Field(default=1.0, description="For the synthetic data.")
    utility: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0, description="For the public quality section, and for the choice among candidates."
    )

    @model_validator(mode="after")
    def _adds_up(self) -> Split:
        total = self.synthesis + self.utility
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise fault(
                (), f"the shares add up to {total:.6g}. They must add up to 1: set synthesis: {1 - self.utility:.6g}."
            )
        return self


class Invariant(Block):
    """A fact about the real data that is already public, with the place where it was published."""

    fact: Text = Field(description="What is already public.")
    citation: Text = Field(description="Where it was published.")


class Privacy(Block):
    """The promise: unit, neighbouring relation, budget."""

    unit: Literal["patient", "patient_year", "visit", "row"] = Field(
        default="patient", description="Whose privacy: anything but the patient needs somebody's judgement."
    )
    adjacency: Literal["add_remove"] = Field(default="add_remove", description="Neighbours: with and without one unit.")
    contribution: Contribution
    epsilon: Annotated[float, Field(gt=0, le=100, description="epsilon of this release at `delta`.")]
    delta: Annotated[float, Field(gt=0, lt=1)] = Field(description="At most 0.01 / source.max_patients.")
    lifetime: Lifetime
    split: Split = Split()
    noise: Literal["opendp"] = Field(default="opendp", description="Where noise comes from.")
    invariants: tuple[Invariant, ...] = Field(default=(), description="Facts about the real data kept exactly.")
