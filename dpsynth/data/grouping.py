"""Rows sorted by person, out of core: identical rows of a person become one with a count.

DuckDB sorts, and spills what does not fit. It never sees a file, a cell or an id: whole numbers go in, whole numbers
come out, so nothing in a row can make it fail or show up in one of its messages. It is locked down all the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
import pyarrow as pa

from dpsynth.data.holdout import Words
from dpsynth.errors import ResourceError

_CHUNK_ROWS = 2**18


def locked_connection(spill: Path | None, memory: str) -> duckdb.DuckDBPyConnection:
    """An in-memory database that touches no file outside `spill`, loads no extension and keeps its settings.

    Args:
        spill: folder for what does not fit into memory; None: nothing is written.
        memory: limit in DuckDB's notation ("2GB").
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
            "allow_persistent_secrets": "false",
        },
    )
    connection.execute("SET temp_directory = ?", ["" if spill is None else str(spill)])
    connection.execute("SET memory_limit = ?", [memory])
    for setting in (
        "preserve_insertion_order = false",
        "python_enable_replacements = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


class Grouping:
    """Takes rows in any order and gives them back sorted by person and content. A context manager."""

    def __init__(self, words: int, spill: Path | None = None, memory: str = "2GB") -> None:
        """Opens the database.

        Args:
            words: numbers a row (see `packing.py`).
            spill: folder inside the centre for what does not fit into memory. A folder that only this user can read
                is made inside it, and removed at the end.
            memory: limit in DuckDB's notation.

        Raises:
            ResourceError: the spill folder cannot be written.
        """
        self._columns = ("high", "low", *(f"w{i}" for i in range(words)))
        self._stack = ExitStack()
        folder = None
        if spill is not None:
            try:
                folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="spill-", dir=spill)))
            except OSError:
                raise ResourceError(f"{spill}: no temporary files can be written there. Check the folder.") from None
        self._spill, self._memory = spill, memory
        self._database = self._stack.enter_context(locked_connection(folder, memory))
        columns = ", ".join(f"{name} UBIGINT NOT NULL" for name in self._columns)
        self._database.execute(f"CREATE TABLE seen ({columns})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, high: Words, low: Words, words: Words) -> None:
        """Adds rows.

        Args:
            high: first half of the digest of each row's person, shape (rows,).
            low: second half, shape (rows,).
            words: content of the rows, shape (rows, words).

        Raises:
            ResourceError: neither memory nor the spill folder has room.
        """
        arrays = [np.ascontiguousarray(a) for a in (high, low, *words.T)]
        rows = pa.RecordBatch.from_arrays([pa.array(a, pa.uint64()) for a in arrays], list(self._columns))
        try:
            self._database.register("arriving", pa.Table.from_batches([rows]))
            self._database.execute("INSERT INTO seen SELECT * FROM arriving")
            self._database.unregister("arriving")
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except Exception:
            raise self._no_room() from None

    def sorted(self) -> Iterator[Words]:
        """Distinct rows in ascending order.

        Yields:
            Arrays of shape (rows, 3 + words): high, low, content, how often. A person may lie across two of them.

        Raises:
            ResourceError: neither memory nor the spill folder has room.
        """
        names = ", ".join(self._columns)
        query = f"SELECT {names}, count(*)::UBIGINT FROM seen GROUP BY {names} ORDER BY {names}"  # noqa: S608  our own column names
        try:
            for batch in self._database.sql(query).to_arrow_reader(_CHUNK_ROWS):
                yield np.stack([c.to_numpy(zero_copy_only=False) for c in batch.columns], axis=1)
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except Exception:
            raise self._no_room() from None

    def _no_room(self) -> ResourceError:
        where = "no spill folder is given" if self._spill is None else f"what is left of them not onto {self._spill}"
        return ResourceError(f"The rows do not fit into {self._memory} of memory, and {where}. Free memory or disk.")
