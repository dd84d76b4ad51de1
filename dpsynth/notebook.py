"""dpsynth from Python: a release from frames, and everything that is free after it.

Names here are those of `import dpsynth`. What reads real rows says so: `synthesize`, `Model.complete`, `Model.impute`.
"""

from __future__ import annotations

import tempfile
import warnings as warning
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dpsynth.errors import UsageError
from dpsynth.run.about import warnings
from dpsynth.run.opened import Opened, opened
from dpsynth.run.resample import extra, synthetic_tables
from dpsynth.sampling.balance import conditioned
from dpsynth.sampling.combine import Combined, combine
from dpsynth.sampling.conditions import written
from dpsynth.sampling.trained import Draw, Wish

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Combined", "Model", "Release", "combine", "open_run", "synthesize"]

THROW_AWAY = "throw-away"
"""A ledger that is gone afterwards and protects nobody: for trying things out. The report says so."""

LARGEST = 10_000_000
"""Cells of the largest table of exact shares."""

Given = Mapping[str, Any]
"""Column -> level that every row shall have; for numbers and days also a value inside the level."""


class Model:
    """The model of a finished run, in cells as people read them. It is public as the release is, and costs nothing.

    Nothing here opens data, except `complete` and `impute`, which get rows from whoever calls them.
    """

    def __init__(self, run: Opened) -> None:
        """Takes an opened run; `open_run` opens one."""
        self._run, self._trained, self._calls = run, run.one, 0

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """Column -> its levels, as `given` names them."""
        return {a.name: a.levels for a in self._trained.domain.attributes}

    @property
    def trained_on(self) -> int:
        """Noisy number of rows that the model was trained on: for `combine`."""
        return round(self._trained.rows)

    @property
    def rows(self) -> int:
        """Rows of the released table."""
        return self._trained.released

    @property
    def measured(self) -> tuple[tuple[str, ...], ...]:
        """Columns that were measured together. What others say about each other follows from these alone."""
        return tuple(sorted({m.clique for m in self._trained.measured.tables}))

    def marginal(self, *columns: str, given: Given | None = None) -> pd.Series[float]:
        """Shares of all combinations of levels under the model, exact, indexed by level.

        Raises:
            UsageError: a column or level is unknown, no row can have what is given, or the model is a network.
        """
        import pandas as pd

        domain, tree = self._trained.domain, self._trained.tree
        codes = self._codes(given)
        columns = tuple(self._run.column(name) for name in columns)
        if unknown := [name for name in columns if name not in domain.names]:
            raise UsageError(f"There is no column {unknown[0]!r}; allowed are {', '.join(map(repr, domain.names))}.")
        if domain.cells(columns) > LARGEST:
            raise UsageError(
                f"The table has {domain.cells(columns)} cells; at most {LARGEST} are shown. Name fewer columns."
            )
        if tree is None:
            raise UsageError(f"Exact shares need a model on a junction tree; '{self._trained.mechanism}' is a network.")
        try:
            table = conditioned(tree, codes)[0].marginal(columns)
        except ValueError:
            raise UsageError(
                f"given {', '.join(written(given or {}))}: no row can have these levels together."
            ) from None
        index = pd.MultiIndex.from_product([domain[name].levels for name in columns], names=columns)
        return pd.Series(table.reshape(-1), index if len(columns) > 1 else index.get_level_values(0), name="share")

    def sample(
        self,
        rows: int | None = None,
        *,
        given: Given | None = None,
        balance: str | None = None,
        seed: int | None = None,
    ) -> pd.DataFrame:
        """Synthetic rows.

        Args:
            rows: how many; by default as many as were released.
            given: column -> level that every row shall have. The other columns follow exactly.
            balance: column whose levels shall be equally frequent; `synthetic_weight` undoes it.
            seed: of the sampling, which is public randomness; None draws one.

        Warns if a group is hidden by the noise, and from the second table on: tables of one model share its noise.

        Raises:
            UsageError: a column or level is unknown, or there are no such rows.
        """
        (frame,) = self._only(self.sample_tables(rows, given=given, balance=balance, seed=seed))
        return frame

    def sample_tables(
        self,
        rows: int | None = None,
        *,
        given: Given | None = None,
        balance: str | None = None,
        seed: int | None = None,
    ) -> dict[str, pd.DataFrame]:
        """Synthetic tables by name: `rows` people with all their rows, where there are several.

        Arguments are those of `sample`. Conditions and balance are then about people: columns of their own table by
        name, and what the model keeps of their rows (see `levels`). Every row weighs what its person weighs.
        """
        self._calls += 1
        (tables,) = self._drawn(rows, given, balance, 0, seed)
        return tables

    def copies(
        self,
        number: int,
        rows: int | None = None,
        *,
        given: Given | None = None,
        balance: str | None = None,
        seed: int | None = None,
    ) -> list[pd.DataFrame]:
        """Synthetic tables for standard errors: analyse each by itself, then `combine`. Arguments as in `sample`.

        Each comes from a model of its own, fitted to the measurements after noise of their own law was added again.

        Raises:
            UsageError: as `sample`; or fewer than two copies, or the mechanism cannot be fitted again.
        """
        return [
            frame
            for tables in self.copies_of_tables(number, rows, given=given, balance=balance, seed=seed)
            for frame in self._only(tables)
        ]

    def copies_of_tables(
        self,
        number: int,
        rows: int | None = None,
        *,
        given: Given | None = None,
        balance: str | None = None,
        seed: int | None = None,
    ) -> list[dict[str, pd.DataFrame]]:
        """As `copies`, with the tables of each copy by name, as in `sample_tables`."""
        if number < 2:
            raise UsageError(f"copies is {number}; fewer than two say nothing about variance.")
        return self._drawn(rows, given, balance, number, seed)

    def complete(self, frame: pd.DataFrame, *, seed: int | None = None) -> pd.DataFrame:
        """REAL ROWS: a frame with its empty cells drawn from the model, given the other cells of the row, exactly.

        Cells that are there stay untouched, and so do columns that the model does not know. An empty cell gets a value;
        a column of the model that the frame lacks is added and may be missing in a row, as among people. The result
        holds the rows that went in: it is for inside the centre only, and every row of it is marked. Contents never
        raise.

        Raises:
            UsageError: the model is a network, or the frame has none of its columns.
            SourceError: a column is stored in a type that cannot hold it.
        """
        return self.impute(frame, 1, seed=seed)[0]

    def impute(self, frame: pd.DataFrame, draws: int, *, seed: int | None = None) -> list[pd.DataFrame]:
        """REAL ROWS: `complete`, so many times. The draws share one model, and with it its privacy noise."""
        from dpsynth.run.completing import complete

        if draws < 1:
            raise UsageError(f"draws is {draws}; at least 1 is needed.")
        if len(self._run.tables) > 1:
            raise UsageError("Cells can be filled from a release of one table; this one has several.")
        return complete(self._trained, frame, draws, np.random.default_rng(seed))

    def _codes(self, given: Given | None) -> dict[str, int]:
        return self._run.conditions(written(given or {}))

    def _only(self, tables: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
        """The frames of tables, of which there is one.

        Raises:
            UsageError: there are several.
        """
        if len(tables) > 1:
            raise UsageError(f"The run has the tables {', '.join(tables)}: ask for sample_tables or copies_of_tables.")
        return list(tables.values())

    def _drawn(
        self, rows: int | None, given: Given | None, balance: str | None, copies: int, seed: int | None
    ) -> list[dict[str, pd.DataFrame]]:
        """The tables of each copy, or of the one draw."""
        import pandas as pd

        if rows is not None and rows < 1:
            raise UsageError(f"rows is {rows}; at least 1 is needed.")
        column = None if balance is None else self._run.column(balance)
        wish = Wish(self.rows if rows is None else rows, self._codes(given), column, copies, seed)
        draw = Draw(self._trained, wish)
        names = extra(self._run.trained.columns, draw)
        found: dict[int, dict[str, list[pd.DataFrame]]] = {}
        for part in synthetic_tables(self._run.trained, draw):
            numbers = (t[names["copy"]][0].as_py() for t in part.values() if t.num_rows) if copies else iter((0,))
            copy = max(numbers)  # there is always somebody
            for name, table in part.items():
                table = table.drop_columns([names["copy"]]) if copies else table
                found.setdefault(copy, {}).setdefault(name, []).append(table.to_pandas())
        for text in warnings(draw, again=self._calls > 1):
            warning.warn(text, stacklevel=4)
        return [{n: pd.concat(parts, ignore_index=True) for n, parts in of.items()} for of in found.values()]


def open_run(run: str | Path) -> Model:
    """The model of a finished run.

    Args:
        run: its folder, such as `reports/my-release/latest`.

    Raises:
        SourceError: the run is not complete, or a file of it is damaged.
    """
    return Model(opened(Path(run)))


@dataclass(frozen=True)
class Release:
    """A finished release.

    Attributes:
        folder: of the run: `internal/` with the report and its verdict, `public/` with the bundle.
        tables: synthetic tables by name.
    """

    folder: Path
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    @property
    def model(self) -> Model:
        """Its model, for what is free."""
        return open_run(self.folder)


def synthesize(
    policy: str | Path, frames: Mapping[str, pd.DataFrame], *, ledger: str | None = None, out: str | Path = "reports"
) -> Release:
    """REAL ROWS: makes a release of frames, as `dpsynth run` makes one of files. Charges the budget of these people.

    The policy declares domain, people and budget; nothing of that is taken from the frames, and no noise has a seed.
    Read the internal report before anything leaves: it says whether the release is blocked.

    Args:
        policy: the policy file. The files of data that it names are not opened.
        frames: table of the policy -> its rows: pandas, Arrow, or a dict of arrays.
        ledger: sqlite:///PATH or postgresql://ROLE@HOST/DATABASE; None: the usual one of this machine; "throw-away":
            one that is gone afterwards, for trying things out, which the report says.
        out: folder of all runs.

    Raises:
        DpsynthError: one clear error; `charged` tells whether the budget stays spent.
    """
    import pandas as pd

    from dpsynth.policy.load import load
    from dpsynth.run import pipeline
    from dpsynth.run.plan import plan
    from dpsynth.run.progress import Quiet
    from dpsynth.run.setting import Setting

    planned = plan(load(Path(policy)))
    with _ledger(ledger) as url:
        setting = Setting(Path(out), url, throw_away_ledger=ledger == THROW_AWAY, frames=frames)
        folder = pipeline.run(planned, setting, Quiet()).folder
    tables = {
        path.stem.removeprefix("SYN_"): pd.read_parquet(path)
        for path in sorted((folder.public / "data").glob("*.parquet"))
    }
    return Release(folder.root, tables)


@contextmanager
def _ledger(given: str | None) -> Iterator[str]:
    from dpsynth.privacy.ledger_database import default_url

    if given != THROW_AWAY:
        yield given or default_url()
        return
    with tempfile.TemporaryDirectory(prefix="dpsynth-ledger-") as place:
        yield f"sqlite:///{place}/ledger.sqlite"
