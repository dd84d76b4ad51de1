"""Rows of somebody's own table with their empty cells filled from a model: real rows stay real, and are marked so.

The only post-processing that sees real rows. It is for inside the centre: what comes out holds every row that went in.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.data.memory import FrameSource
from dpsynth.domain import text
from dpsynth.domain.attribute import Attribute, Category, Codes, Grid
from dpsynth.errors import SourceError, UsageError
from dpsynth.sampling.completion import Known, completed
from dpsynth.sampling.trained import Trained

REAL = "contains_real_rows"
"""Column that marks every row, so that the mark stays with the table in any file."""
MARK = "REAL ROWS, completed by a model: for inside the centre only. No synthetic data; no promise covers them."


def complete(trained: Trained, frame: pd.DataFrame, draws: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    """The frame with empty cells filled, so many times. The contents of rows never raise and never say anything.

    Raises:
        UsageError: the model is no junction tree, or the frame has none of its columns.
        SourceError: a column is stored in a type that cannot hold it, or two have the same name.
    """
    if trained.tree is None:
        raise UsageError(f"Cells can be filled from a model on a junction tree; '{trained.mechanism}' is a network.")
    if trained.panel is not None:
        raise UsageError("Cells can be filled in rows that stand for themselves; here a person's rows belong together.")
    domain = trained.domain
    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"Rows to complete are a {type(frame).__name__}; give a pandas frame.")
    if REAL in frame.columns:
        raise UsageError(f"The frame has a column {REAL!r} already, which marks completed rows. Give the rows without.")
    codes, known = _read(frame, domain.attributes)
    there = {str(label) for label in frame.columns}
    if not there & set(domain.names):
        raise UsageError(f"The frame has none of the columns {', '.join(domain.names)}. Rename its columns.")
    # A cell that is empty wants a value; a column that is not there may well be missing in a row.
    never = {a.name: a.missing for a in domain.attributes if a.name in there and a.missing is not None}
    found = []
    for _ in range(draws):
        levels = completed(trained.tree, codes, known, never, rng)
        found.append(_filled(frame, domain.attributes, levels, known, rng))
    return found


def _read(frame: pd.DataFrame, attributes: Sequence[Attribute]) -> tuple[Codes, Known]:
    """Codes of the model's columns, and which cells are there; shape (rows, columns) both."""
    source = FrameSource(frame)
    schema = source.schema()
    here = [(k, a) for k, a in enumerate(attributes) if a.name in schema]
    for _, a in here:
        if not a.accepts(schema[a.name]):
            raise SourceError(
                f"frame: column {a.name} is stored as {schema[a.name]}, which cannot hold what the policy declares. "
                "Convert the column."
            )
    codes = np.zeros((len(frame), len(attributes)), np.uint16)
    known = np.zeros(codes.shape, bool)
    start = 0
    for batch in source.batches(tuple(a.name for _, a in here)):
        part = slice(start, start + batch.num_rows)
        for (k, a), cells in zip(here, batch.columns, strict=True):
            codes[part, k], known[part, k] = a.encode(cells), ~_empty(a, cells)
        start += batch.num_rows
    return codes, known


def _empty(attribute: Attribute, cells: pa.Array) -> Known:
    """Cells without anything, or with a text that means missing and is no level."""
    texts = text.to_text(cells)
    if isinstance(attribute, Category) and attribute.fold:
        texts = pc.utf8_lower(texts)
    levels = set(attribute.spellings) if isinstance(attribute, Category) else set()
    words = pa.array(sorted(attribute.absent_texts - levels), text.TEXT)
    gone = pc.or_(pc.is_null(texts), pc.is_in(texts, words))
    return np.asarray(gone.to_numpy(zero_copy_only=False), bool)


def _filled(
    frame: pd.DataFrame, attributes: Sequence[Attribute], levels: Any, known: Known, rng: np.random.Generator
) -> pd.DataFrame:
    found, labels = frame.copy(), {str(label): label for label in frame.columns}
    for k, attribute in enumerate(attributes):
        where = ~known[:, k]
        if attribute.name in labels:
            label = labels[attribute.name]
            if where.any():
                cells = attribute.decode(levels[where, k], rng).to_pylist()
                found[label] = _with(found[label], where, _spelled(attribute, cells, found[label].dtype))
        else:
            found[attribute.name] = attribute.decode(levels[:, k], rng).to_pandas().to_numpy()
    found.insert(0, REAL, True)
    found.attrs["dpsynth"] = MARK
    return found


def _spelled(attribute: Attribute, cells: list[Any], kind: Any) -> list[Any]:
    """Cells as a column of this type has them: days as the policy writes them where they are text."""
    words = pd.api.types.is_object_dtype(kind) or isinstance(kind, pd.StringDtype)
    if isinstance(attribute, Grid) and attribute.form is not None and words:
        return [None if c is None else c.strftime(attribute.form) for c in cells]
    if isinstance(kind, pd.StringDtype):
        return [None if c is None else str(c).lower() if isinstance(c, bool) else str(c) for c in cells]
    return cells


def _with(column: pd.Series[Any], where: Known, cells: list[Any]) -> pd.Series[Any]:
    """The column with other cells in some places; its own cells stay what they are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        fresh = [c for c in dict.fromkeys(cells) if c is not None and c not in column.cat.categories]
        column = column.cat.add_categories(fresh)
    elif pd.api.types.is_datetime64_any_dtype(column.dtype):
        cells = [pd.NaT if c is None else pd.Timestamp(c) for c in cells]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            changed = column.copy()
            changed[where] = cells
            return changed
    except Exception:  # what the column's type cannot hold beside its own cells goes into a column of objects
        changed = column.astype(object)
        changed[where] = cells
        return changed
