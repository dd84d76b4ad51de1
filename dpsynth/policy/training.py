"""Which mechanism is trained, and what it should be good for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dpsynth.policy.block import Block, Clique, Cliques, ColumnName, Name, Part, fault, twice


class Rows(Block):
    """How many rows are generated: ratio times the noisy size of the source."""

    ratio: Annotated[float, Field(gt=0, le=100)] = Field(default=1.0, description="Synthetic rows for each real row.")
    rounding: bool = Field(default=True, description="Counts as close to expected as possible, instead of random.")


class Need(Block):
    """A table of counts that users of the data need."""

    columns: Clique = Field(description="The table's columns, one to four.")
    weight: Annotated[float, Field(gt=0, le=1e6)] = Field(
        default=1.0, description="How much its error counts, compared with the other tables."
    )


Candidates = Annotated[dict[Name, Annotated[float, Field(gt=0.0, lt=1.0)]], Field(min_length=2, max_length=3)]
"""Mechanisms that are all trained, with their shares of the budget of the synthesis."""


DEFAULT = "clique_tree"


def _first(before: dict[str, Any]) -> str:
    """The mechanism that is meant where none is named: the first candidate, if there are any."""
    return next(iter(before.get("candidates") or ()), DEFAULT)


class Synthesis(Block):
    """Which mechanism is trained, what it should be good for, and how its share is divided.

    Which of several mechanisms suits a table best can be asked of the data, for a price: all `candidates` are trained,
    each with its share of the budget, and the one whose synthetic table comes closest is released. How close each
    comes is asked with noise, out of `privacy.split.utility`.
    """

    candidates: Candidates | None = Field(
        default=None,
        description="Instead of mechanism: two or three, with their shares of split.synthesis, adding up to 1. All are "
        "trained and all are charged; noisy distances to the data, paid by split.utility, choose the one that is "
        "released.",
    )
    mechanism: Name = Field(
        default_factory=_first,
        json_schema_extra={"default": DEFAULT},
        description="clique_tree, aim, marginal_network, gan, mst, independent, fixed, or a plug-in's name.",
    )
    target: ColumnName | Annotated[tuple[ColumnName, ...], Field(min_length=1, max_length=8)] | None = Field(
        default=None,
        description="Columns that users of the data want to predict, one or at most eight; their pairs count more when "
        "the mechanism chooses what to measure.",
    )
    must_include: Cliques = Field(default=(), description="Lists of one to four columns that are always measured.")
    workload: Annotated[tuple[Need, ...], Field(max_length=1000)] = Field(
        default=(),
        description="Tables that users need. aim serves exactly these (left out: all pairs); other mechanisms take the "
        "weights for their choice.",
    )
    marginals: Cliques = Field(
        default=(), description="What the mechanism `fixed` measures: lists of one to four columns. For it alone."
    )
    split: dict[Part, Annotated[float, Field(gt=0.0, le=1.0)]] | None = Field(
        default=None, description="Shares of the mechanism's own steps, adding up to 1; left out, it chooses."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto",
        description="Where a critic is trained, by mechanisms that have one; auto: CUDA where it is there.",
    )
    rows: Rows = Rows()
    max_cells: Annotated[int, Field(ge=4, le=10**7, description="Largest measured table, in cells.")] = 100_000
    max_model_cells: Annotated[
        int, Field(ge=100, le=10**9, description="Size of the fitted model, in cells of all its tables together.")
    ] = 200_000

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Every mechanism that is trained."""
        return (self.mechanism,) if self.candidates is None else tuple(self.candidates)

    def alone(self, mechanism: str) -> Synthesis:
        """The same wishes for one of the mechanisms."""
        marginals = self.marginals if mechanism == "fixed" else ()
        return self.model_copy(update={"mechanism": mechanism, "candidates": None, "marginals": marginals})

    @property
    def targets(self) -> tuple[str, ...]:
        """The columns of `target`; none when it is left out."""
        return (self.target,) if isinstance(self.target, str) else self.target or ()

    @property
    def named_columns(self) -> list[tuple[tuple[str | int, ...], tuple[str, ...]]]:
        """Every list of columns in this block, with its path from here."""
        cliques = {"must_include": self.must_include, "marginals": self.marginals}
        return [
            *([(("target",), self.targets)] if self.targets else []),
            *(((key, i), clique) for key, listed in cliques.items() for i, clique in enumerate(listed)),
            *((("workload", i, "columns"), need.columns) for i, need in enumerate(self.workload)),
        ]

    @model_validator(mode="after")
    def _adds_up(self) -> Synthesis:
        if self.split is not None and not math.isclose(sum(self.split.values()), 1.0, abs_tol=1e-9):
            raise fault(("split",), f"synthesis.split adds up to {sum(self.split.values()):.6g}. It must add up to 1.")
        return self

    @model_validator(mode="after")
    def _candidates_stand_alone(self) -> Synthesis:
        if self.candidates is None:
            return self
        named = ", ".join(self.candidates)
        if not math.isclose(total := sum(self.candidates.values()), 1.0, abs_tol=1e-9):
            raise fault(("candidates",), f"the shares of {named} add up to {total:.6g}. They must add up to 1.")
        if self.mechanism not in self.candidates:
            raise fault(
                ("mechanism",),
                f"synthesis.mechanism is {self.mechanism!r}, but synthesis.candidates names {named}. Remove one of "
                "the two keys.",
            )
        if self.split is not None:
            raise fault(
                ("split",),
                f"synthesis.split is for a single mechanism, but synthesis.candidates names {named}. Remove one of "
                "the two keys.",
            )
        return self

    @model_validator(mode="after")
    def _lists_repeat_nothing(self) -> Synthesis:
        seen: dict[tuple[str | int, frozenset[str]], tuple[str | int, ...]] = {}
        for path, names in self.named_columns:
            if (name := twice(names)) is not None:
                raise fault(path, f"{spelled(path)} names {name!r} twice. Name each column once.")
            first = seen.setdefault((path[0], frozenset(names)), path)
            if first != path:
                raise fault(path, f"{spelled(path)} has the columns of {spelled(first)}. Remove one of the two.")
        return self

    @model_validator(mode="after")
    def _marginals_belong_to_fixed(self) -> Synthesis:
        if "fixed" in self.mechanisms and not self.marginals:
            raise fault((), "synthesis.marginals is missing; the mechanism fixed measures exactly these. List them.")
        if "fixed" not in self.mechanisms and self.marginals:
            raise fault(
                ("marginals",),
                f"synthesis.marginals is for the mechanism fixed, but mechanism is {self.mechanism!r}, which chooses "
                "for itself. Move the lists to must_include, or set mechanism: fixed.",
            )
        return self


def spelled(path: Sequence[str | int]) -> str:
    """A path below `synthesis` as people write it."""
    return "synthesis" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
