"""What is free after training: more rows, and reports rendered again. No data are opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from dpsynth import _files
from dpsynth.errors import SourceError, UsageError
from dpsynth.release import tables
from dpsynth.run.about import about
from dpsynth.run.folder import RunFolder
from dpsynth.run.opened import Opened, read_json
from dpsynth.sampling.trained import Block, Draw

COPY, WEIGHT = "synthetic_copy", "synthetic_weight"
"""Columns that some tables get besides those of the policy."""


@dataclass(frozen=True)
class Files:
    """What is written of a wish.

    Attributes:
        table: the rows, .csv or .parquet.
        about: what they are, for people.
        facts: the same for programs.
    """

    table: Path

    @property
    def about(self) -> Path:
        """Text."""
        return self.table.with_name(f"{self.table.name}.README.txt")

    @property
    def facts(self) -> Path:
        """JSON."""
        return self.table.with_name(f"{self.table.name}.json")

    def check(self, run: Path, *, force: bool = False) -> None:
        """Refuses places that must not be written.

        Raises:
            UsageError: the file ending is unknown, a file is there already, or the place is inside the run.
        """
        if self.table.suffix not in (".csv", ".parquet"):
            raise UsageError(f"--out is {self.table.name}; allowed are names that end in .csv or .parquet.")
        if self.table.resolve().is_relative_to(run.resolve()):
            raise UsageError(f"--out is {self.table}, inside the run, whose bundle is sealed. Choose a place outside.")
        for path in (self.table, self.about, self.facts):
            if path.exists() and not force:
                raise UsageError(
                    f"--out is {self.table}, but {path} is there already. Choose another name, or give --force to "
                    "replace it."
                )


def resample(opened: Opened, draw: Draw, files: Files, *, block: int = tables.ROWS) -> None:
    """Draws rows and writes them, with what they are, in memory that does not grow with their number.

    Args:
        opened: the run.
        draw: what to draw from it.
        files: where to write.
        block: rows that are made and written at a time.

    Raises:
        UsageError: no row can have what is given, or no level has enough rows.
        ResourceError: the disk refuses.
    """
    parts = synthetic_tables(draw, block)
    digests = tables.write({files.table.suffix[1:]: files.table}, parts)
    facts, text = about(opened, draw, files.table.name, digests[files.table.suffix[1:]], extra(draw))
    _files.write_json(files.facts, facts, _files.PUBLIC)
    _files.write_whole(files.about, text.encode(), _files.PUBLIC)


def synthetic_tables(draw: Draw, block: int = tables.ROWS) -> Iterator[pa.Table]:
    """Cells of the rows, with a fresh key in front, and their weight and copy behind where they have one."""
    trained, names = draw.trained, extra(draw)
    # Beside the stream of the draw, so that the rows do not depend on how they come in blocks.
    rng = np.random.default_rng(None if draw.wish.seed is None else [draw.wish.seed, 1])
    start = 1
    for part in draw.blocks(block):
        (table,) = tables.synthetic_tables(trained.policy, trained.domain, [part.codes], rng, start)
        yield _labelled(table, part, names)
        start += len(part.codes)


def extra(draw: Draw) -> dict[str, str]:
    """What a column says -> its name, of those that the policy does not have; never one that it has."""
    wanted = ({"copy": COPY} if draw.wish.copies else {}) | ({"weight": WEIGHT} if draw.wish.balance else {})
    taken = {*draw.trained.domain.names, draw.trained.policy.table.unit_key}
    for what, name in wanted.items():
        while name in taken:
            name += "_"
        wanted[what] = name
    return wanted


def _labelled(table: pa.Table, part: Block, names: dict[str, str]) -> pa.Table:
    if "copy" in names:
        table = table.append_column(names["copy"], pa.array(np.full(len(part.codes), part.copy, np.int64)))
    if "weight" in names:
        assert part.weights is not None  # a column was balanced
        table = table.append_column(names["weight"], pa.array(part.weights))
    return table


def render_again(run: Path) -> tuple[Path, ...]:
    """Renders both editions in all their languages from their facts; they must come out unchanged.

    Raises:
        SourceError: the run folder is not complete.
    """
    from dpsynth.report.render import render

    folder = RunFolder(run)
    written = []
    editions: tuple[tuple[Literal["internal", "public"], Path], ...]
    editions = (("internal", folder.internal), ("public", folder.public))
    for edition, place in editions:
        facts = read_json(place / "facts.json")
        try:
            languages = facts["purpose"]["languages"]["value"]
            pages = {place / f"report.{x}.html": render(facts, edition, x).encode() for x in languages}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise SourceError(
                f"{place / 'facts.json'} does not hold the facts of a report of this version. Restore it from a backup."
            ) from None
        for target, html in pages.items():
            if target.exists() and target.read_bytes() != html:
                raise SourceError(
                    f"{target} would change, but it was sealed: it was edited, or made by another version of dpsynth. "
                    "Check the bundle with `dpsynth verify`, or restore the run folder from a backup."
                )
            _files.write_whole(target, html, _files.PUBLIC if edition == "public" else _files.PRIVATE)
            written.append(target)
    return tuple(written)
