"""What training left of a release, and what can be drawn from it for free."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.errors import UsageError
from dpsynth.policy.schema import Policy
from dpsynth.sampling.balance import CERTAIN, Small, balanced, too_small
from dpsynth.synth.base import Measurements, Model
from dpsynth.synth.bootstrap import noisier
from dpsynth.synth.denoise import Floats
from dpsynth.synth.graphical import GraphicalModel
from dpsynth.synth.graphical.sample import BLOCK
from dpsynth.synth.tree_model import CompressedModel

Refit = Callable[[Measurements, Measurements], CompressedModel]
"""A model of new answers to the questions of earlier ones."""


def released_rows(policy: Policy, total: float) -> int:
    """Rows to generate: ratio times the noisy size of the source, of which training saw all but the holdout."""
    return max(1, round(policy.synthesis.rows.ratio * max(0.0, total) / (1 - policy.source.holdout.share)))


@dataclass(frozen=True)
class Trained:
    """What training left.

    Attributes:
        policy: of the release.
        domain: its public domain.
        mechanism: which synthesizer made the released model.
        model: that model.
        measured: what it was fitted to.
        refit: fits it again; None where the mechanism cannot, because noise of unknown law went into it.
        panel: rows of the model are people laid out like this; None: they are rows of the table.
    """

    policy: Policy
    domain: Domain
    mechanism: str
    model: Model
    measured: Measurements
    refit: Refit | None = None
    panel: Panel | None = None

    @property
    def rows(self) -> float:
        """Noisy number of rows that were trained on, at least 1; people where they are laid out."""
        return max(1.0, self.measured.total())

    @property
    def released(self) -> int:
        """Rows of the model in the released table."""
        return released_rows(self.policy, self.measured.total())

    @property
    def columns(self) -> set[str]:
        """All columns of the released table."""
        return {*(self.domain if self.panel is None else self.panel.rows).names, self.policy.table.unit_key}

    @property
    def tree(self) -> CompressedModel | None:
        """The model, if it lies on a junction tree, so that it can be balanced and completed exactly."""
        model = self.model
        return model if isinstance(model, CompressedModel) and isinstance(model.groups, GraphicalModel) else None

    def copy(self, rng: np.random.Generator) -> CompressedModel:
        """A model fitted to answers to which noise of their own law was added once more (`synth/bootstrap.py`).

        Raises:
            UsageError: the mechanism cannot be fitted again.
        """
        if self.refit is None:
            raise UsageError(
                f"Copies need answers whose noise has a known law; '{self.mechanism}' learned from sums of gradients. "
                "Release a table made by another mechanism, or draw rows without copies."
            )
        return self.refit(noisier(self.measured, rng), self.measured)


@dataclass(frozen=True)
class Wish:
    """Rows that somebody wants.

    Attributes:
        rows: how many, of each copy.
        given: column -> code that every row shall have.
        balance: column whose levels shall be equally frequent.
        copies: 0: rows from the released model. m: rows from m copies of it.
        seed: of the sampling; None draws one.
    """

    rows: int
    given: Mapping[str, int] = field(default_factory=dict)
    balance: str | None = None
    copies: int = 0
    seed: int | None = None


@dataclass(frozen=True)
class Block:
    """Rows that were drawn.

    Attributes:
        codes: shape (rows, columns).
        weights: of each row, where a column was balanced, shape (rows,).
        copy: number of the copy, from 1; 0 for rows of the released model.
    """

    codes: Codes
    weights: Floats | None
    copy: int


@dataclass(frozen=True)
class Draw:
    """A wish that can be granted.

    Attributes:
        trained: what it is drawn from.
        wish: what is drawn.
    """

    trained: Trained
    wish: Wish

    def __post_init__(self) -> None:
        names, wish = self.trained.domain.names, self.wish
        if wish.balance is not None and wish.balance not in names:
            raise UsageError(f"--balance is {wish.balance!r}; allowed are the columns {', '.join(map(repr, names))}.")
        if wish.balance is not None and self.trained.tree is None:
            raise UsageError(
                f"--balance needs a model on a junction tree; '{self.trained.mechanism}' is a network. Give --given "
                "for one level after the other instead."
            )
        if wish.copies and self.trained.refit is None:
            self.trained.copy(np.random.default_rng())

    @property
    def balance(self) -> str | None:
        """The column to balance; None where it is given already, so that all rows are alike in it."""
        return None if self.wish.balance in self.wish.given else self.wish.balance

    @cached_property
    def small(self) -> tuple[Small, ...]:
        """Levels of the balanced column that do not stick out of their noise, and keep their share."""
        return () if self.balance is None else self._small(self.balance)

    @cached_property
    def small_whole(self) -> tuple[Small, ...]:
        """The rows with what is given, as one group, if they do not stick out of their noise."""
        return self._small(None)

    def _small(self, column: str | None) -> tuple[Small, ...]:
        trained = self.trained
        if trained.tree is None:
            return ()
        try:
            return too_small(trained.tree, trained.measured, trained.domain, self.wish.given, column)
        except ValueError:
            raise self._impossible() from None

    def blocks(self, block: int = BLOCK) -> Iterator[Block]:
        """The rows, in memory that does not grow with their number.

        Rows of copies are independent of each other: then a copy's standard errors are what its reader takes them for,
        and the rule that combines copies holds (`combine.py`).

        Raises:
            UsageError: no row can have what is given, or no level has enough rows; at the first block.
        """
        rng = np.random.default_rng(self.wish.seed)
        if not self.wish.copies:
            rounding = self.trained.policy.synthesis.rows.rounding
            yield from self.rows_of(self.trained.model, 0, rng, block, rounding=rounding)
        for copy in range(1, self.wish.copies + 1):
            yield from self.rows_of(self.trained.copy(rng), copy, rng, block, rounding=False)

    def rows_of(
        self, model: Model, copy: int, rng: np.random.Generator, block: int, *, rounding: bool
    ) -> Iterator[Block]:
        """The rows of one model: the released one, or that of a copy."""
        wish, weights, given = self.wish, None, self.wish.given
        try:
            if self.balance is not None:
                kept = {self.trained.domain[self.balance].code_of[s.level] for s in self.small}
                assert isinstance(model, CompressedModel)  # see above
                even = balanced(model, self.balance, given, kept)
                model, weights, given = even.model, even.weights, {}
            blocks = model.blocks(wish.rows, rng, rounding=rounding, given=given, block=block)
        except ValueError:
            raise self._impossible(copy) from None
        for codes in blocks:
            of = None
            if wish.balance is not None:
                column = self.trained.domain.index(wish.balance)
                of = np.ones(len(codes)) if weights is None else weights[codes[:, column]]
            yield Block(codes, of, copy)

    def _impossible(self, copy: int = 0) -> UsageError:
        domain, wish = self.trained.domain, self.wish
        given = ", ".join(f"{name}={domain[name].levels[code]}" for name, code in wish.given.items())
        if self.balance is not None and self.small:
            largest = max(self.small, key=lambda s: s.rows)
            return UsageError(
                f"--balance {self.balance}: no level{f' with {given}' if given else ''} has as many rows as "
                f"{CERTAIN:g} standard deviations of its noise (at least {largest.least:.0f}; the largest has "
                f"{largest.rows:.0f}). Balance another column, or give fewer conditions."
            )
        where = f" in copy {copy}: they are too few for copies" if copy else ""
        return UsageError(f"--given {given}: no row can have these levels together{where}.")
