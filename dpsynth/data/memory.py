"""Tables in memory: pandas frames, Arrow tables, dicts of arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dpsynth.data.cells import decode, plain, plain_type
from dpsynth.errors import SourceError

if TYPE_CHECKING:
    import pandas as pd

_BATCH_ROWS = 65536


class FrameSource:
    """A frame as a table. The physical type of a column comes from its declared type, never from its cells.

    A pandas column of type `object` is text: each cell as Python writes it, whole floats without ".0".
    """

    def __init__(self, frame: pd.DataFrame | pa.Table | Mapping[str, Any], name: str = "frame") -> None:
        """Takes the frame as it is; it must not change until it was read.

        Args:
            frame: a pandas frame (2.2 or 3), an Arrow table, or a dict of arrays of the same length.
            name: what errors call it.

        Raises:
            SourceError: the columns have different lengths or more than one dimension.
        """
        self._name = name
        self._done = 0
        self._rows: int
        if isinstance(frame, pa.Table):
            self._table: pa.Table | None = frame
            self._frame: Any = None
            self._names = list(frame.column_names)
            self._rows = frame.num_rows
        else:
            self._table, self._frame = None, self._as_frame(frame)
            self._names = [str(label) for label in self._frame.columns]
            self._rows = len(self._frame)

    def schema(self) -> dict[str, pa.DataType]:
        """Column name -> physical type.

        Raises:
            SourceError: two columns have the same name, or a column has a type that Arrow does not know.
        """
        twice = sorted({n for n in self._names if self._names.count(n) > 1})
        if twice:
            raise SourceError(f"{self._name}: more than one column is named {', '.join(twice)}. Rename one of them.")
        return {name: plain_type(self._cells(i, 0, 0).type) for i, name in enumerate(self._names)}

    def batches(self, columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Batches of the named columns. The contents of rows never raise."""
        places = [self._names.index(column) for column in columns]
        for start in range(0, self._rows, _BATCH_ROWS):
            stop = min(start + _BATCH_ROWS, self._rows)
            self._done = stop
            yield pa.RecordBatch.from_arrays([plain(self._cells(i, start, stop)) for i in places], list(columns))

    def fraction(self) -> float:
        """The part of the frame that the running `batches` has read, 0 to 1."""
        return self._done / max(1, self._rows)

    def _as_frame(self, frame: Any) -> Any:
        import pandas as pd

        if isinstance(frame, pd.DataFrame):
            return frame
        try:
            return pd.DataFrame(dict(frame))
        except Exception:
            raise SourceError(
                f"{self._name}: not a table. Give a pandas frame, an Arrow table or a dict of one-dimensional arrays "
                "of the same length."
            ) from None

    def _cells(self, place: int, start: int, stop: int) -> pa.Array:
        if self._table is not None:
            part = self._table.column(place).slice(start, stop - start).combine_chunks()
            return pa.concat_arrays(part.chunks) if isinstance(part, pa.ChunkedArray) else part
        column = self._frame.iloc[start:stop, place]
        if hasattr(column, "cat"):
            return pa.DictionaryArray.from_arrays(
                pa.array(column.cat.codes.to_numpy(), mask=(column.cat.codes < 0).to_numpy()),
                self._converted(column.cat.categories.to_series()),
            )
        return self._converted(column)

    def _converted(self, column: Any) -> pa.Array:
        if column.dtype == object:
            return pa.array([_as_text(cell) for cell in column], pa.string())
        try:
            cells = pa.array(column, from_pandas=True)
        except UnicodeEncodeError:  # half a surrogate pair inside a Python string
            return pa.array([_as_text(cell) for cell in column], pa.string())
        except Exception:
            raise SourceError(
                f"{self._name}: column {column.name} has the type {column.dtype}, which cannot be read. Convert it to "
                "numbers, dates, booleans or text."
            ) from None
        if isinstance(cells, pa.ChunkedArray):
            return pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], cells.type)
        return cells


def _as_text(cell: Any) -> str | None:
    """A cell of unknown type as text; None when it is missing or cannot be written."""
    try:
        if cell is None or cell != cell or type(cell).__name__ in ("NAType", "NaTType"):
            return None
        if isinstance(cell, bool | np.bool_):
            return "true" if cell else "false"
        if isinstance(cell, bytes):
            return decode(cell)
        if isinstance(cell, float | np.floating) and float(cell).is_integer():
            return str(int(cell))
        return str(cell).encode("utf-8", "replace").decode("utf-8")
    except Exception:
        return None
