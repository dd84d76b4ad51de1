"""What is free after training: more rows, and reports rendered again. No data are opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa

from dpsynth import _files
from dpsynth.errors import SourceError, UsageError
from dpsynth.release import tables
from dpsynth.run.about import Drawn, about
from dpsynth.run.folder import RunFolder
from dpsynth.run.opened import Opened, read_json
from dpsynth.sampling.family import FamilyTrained, draw_tables
from dpsynth.sampling.trained import Block, Draw, Trained, Wish
from dpsynth.synth.denoise import Floats

COPY, WEIGHT = "synthetic_copy", "synthetic_weight"
"""Columns that some tables get besides those of the policy."""
FORMS = ("csv", "parquet")

Parts = Iterator[Mapping[str, pa.Table]]
"""Rows of every table, part by part."""


@dataclass(frozen=True)
class Files:
    """Where rows go, and what they are.

    Attributes:
        tables: table -> form (csv, parquet) -> file.
        about: what they are, for people.
        facts: the same for programs.
    """

    tables: Mapping[str, Mapping[str, Path]]
    about: Path
    facts: Path

    @classmethod
    def of(cls, opened: Opened, out: Path, *, force: bool = False) -> Files:
        """One file for one table; a folder for several.

        Raises:
            UsageError: the file ending is unknown, a file is there already, or the place is inside the run.
        """
        form, (first, *others) = out.suffix[1:], opened.tables
        if others and form in FORMS:
            raise UsageError(
                f"--out is {out.name}, but the run has the tables {', '.join(opened.tables)}. Give a folder."
            )
        if not others and form not in FORMS:
            raise UsageError(f"--out is {out.name}; allowed are names that end in .csv or .parquet.")
        if out.resolve().is_relative_to(opened.root.resolve()):
            raise UsageError(f"--out is {out}, inside the run, whose bundle is sealed. Choose a place outside.")
        if others:
            names = {t: {form: out / f"SYN_{t}.{form}" for form in FORMS} for t in opened.tables}
            files = cls(names, out / "README.txt", out / "sample.json")
        else:
            beside = [out.with_name(f"{out.name}.{ending}") for ending in ("README.txt", "json")]
            files = cls({first: {form: out}}, *beside)
        for path in (*(p for of in files.tables.values() for p in of.values()), files.about, files.facts):
            if path.exists() and not force:
                raise UsageError(
                    f"--out is {out}, but {path} is there already. Choose another name, or give --force to replace it."
                )
        return files


def resample(opened: Opened, wish: Wish, files: Files, *, block: int = tables.ROWS) -> Draw:
    """Draws rows and writes them, with what they are; all files appear, or none.

    Memory does not grow with the number of rows of one table; of several tables a copy is in memory as a whole.

    Args:
        opened: the run.
        wish: what to draw from it.
        files: where to write.
        block: rows of one table that are made and written at a time.

    Returns:
        What was drawn from, which knows what must be said about it.

    Raises:
        UsageError: no row can have what is given, or no level has enough rows.
        ResourceError: the disk refuses.
    """
    draw = Draw(opened.one, wish)
    parts = synthetic_tables(opened.trained, draw, block)
    with ExitStack() as stack:
        digests, rows = _write(files, parts, stack)
        facts, text = about(opened, draw, Drawn(digests, rows, extra(opened.trained.columns, draw)))
        for path, content in ((files.facts, _files.indented_json(facts)), (files.about, text.encode())):
            stack.enter_context(_files.whole(path, _files.PUBLIC)).write(content)
    return draw


def _write(files: Files, parts: Parts, stack: ExitStack) -> tuple[dict[str, str], dict[str, int]]:
    """File name -> SHA-256, and table -> rows; files get their names when the stack is left."""
    first = next(parts)  # what cannot be drawn is said before any file is begun
    digests: dict[str, str] = {}
    rows = dict.fromkeys(files.tables, 0)
    with ExitStack() as writing:
        written = {
            name: [tables.Writer(form, path, stack, writing) for form, path in of.items()]
            for name, of in files.tables.items()
        }
        for part in _all(first, parts):
            for name, table in part.items():
                rows[name] += table.num_rows
                for writer in written[name]:
                    writer.append(table)
    for writer in (w for of in written.values() for w in of):
        digests[writer.path.name] = writer.sha256
    return digests, rows


def _all(first: Mapping[str, pa.Table], others: Parts) -> Parts:
    yield first
    yield from others


def synthetic_tables(trained: Trained | FamilyTrained, draw: Draw, block: int = tables.ROWS) -> Parts:
    """Cells of the rows, with fresh keys in front, and their weight and copy behind where they have one."""
    if isinstance(trained, Trained):
        return _one(trained, draw, block)
    return _several(trained, draw)


def _one(trained: Trained, draw: Draw, block: int) -> Parts:
    names, name = extra(trained.columns, draw), trained.policy.table_name
    # Beside the stream of the draw, so that the rows do not depend on how they come in blocks.
    rng = np.random.default_rng(None if draw.wish.seed is None else [draw.wish.seed, 1])
    start = 1
    for part in draw.blocks(block):
        (table,) = tables.synthetic_tables(trained.policy, trained.domain, [part.codes], rng, start, trained.panel)
        yield {name: _labelled(table, names, part.copy, _of_rows(trained, part))}
        start += len(part.codes)


def _of_rows(trained: Trained, part: Block) -> Floats | None:
    """The weight of each row of the table: that of its person, where people are laid out."""
    if trained.panel is None or part.weights is None:
        return part.weights
    return part.weights[trained.panel.lengthen(part.codes).person]


def _several(trained: FamilyTrained, draw: Draw) -> Parts:
    names = extra(trained.columns, draw)
    for part in draw_tables(trained, draw):
        yield {
            name: _labelled(table, names, part.copy, None if part.weights is None else part.weights[name])
            for name, table in part.tables.items()
        }


def extra(taken: Iterable[str], draw: Draw) -> dict[str, str]:
    """What a column says -> its name, of those that the policy does not have; never one that it has."""
    wanted = ({"copy": COPY} if draw.wish.copies else {}) | ({"weight": WEIGHT} if draw.wish.balance else {})
    for what, name in wanted.items():
        while name in set(taken):
            name += "_"
        wanted[what] = name
    return wanted


def _labelled(table: pa.Table, names: Mapping[str, str], copy: int, weights: Floats | None) -> pa.Table:
    if "copy" in names:
        table = table.append_column(names["copy"], pa.array(np.full(table.num_rows, copy, np.int64)))
    if "weight" in names:
        assert weights is not None  # a column was balanced
        table = table.append_column(names["weight"], pa.array(weights))
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
