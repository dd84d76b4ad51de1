"""Arrow columns as the codec expects them: no dictionaries, and text that is text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_TEXT = (pa.string(), pa.large_string(), pa.string_view())


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of a column after `plain`: that of the values of a dictionary."""
    return plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind


def plain(column: pa.Array) -> pa.Array:
    """The same cells without dictionary encoding, text as valid UTF-8. No cell raises.

    Raises:
        pyarrow.ArrowException: the buffers of the column do not fit together, so that there are no cells.
    """
    while pa.types.is_dictionary(column.type):
        words = _readable(column.dictionary)
        index = column.indices.cast(pa.int64(), safe=False)
        # An index that points nowhere is a cell without a value, not a broken file: one cell must not end a run.
        inside = pc.and_(pc.greater_equal(index, 0), pc.less(index, len(words)))
        column = words.take(pc.if_else(inside, index, pa.scalar(None, pa.int64())))
    return _readable(column)


def text_from_bytes(column: pa.Array) -> pa.Array:
    """Binary cells as text. A cell that is not UTF-8 is read as ISO 8859-1, which gives every byte a meaning.

    What a cell becomes depends on that cell alone, and two different cells that are not UTF-8 stay different.
    """
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if cell is None else decode(cell) for cell in column.to_pylist()], pa.string())


def decode(cell: bytes) -> str:
    """A binary cell as text: UTF-8, or else ISO 8859-1."""
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.decode("iso-8859-1")


def _readable(column: pa.Array) -> pa.Array:
    if column.type not in _TEXT:
        column.validate()  # lengths and buffers only: a full validation would judge the values of cells
        return column
    if column.type == pa.string_view():
        cells = column.cast(pa.binary_view())
        cells.validate(full=True)
        return text_from_bytes(cells.cast(pa.binary()))
    cells = column.cast(pa.large_binary() if column.type == pa.large_string() else pa.binary())
    cells.validate(full=True)
    return text_from_bytes(cells)
