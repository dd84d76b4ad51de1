"""Sorting out of core: equal to the obvious sort, within its memory, locked down."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dpsynth.data.grouping import Grouping, locked_connection
from dpsynth.errors import ResourceError


def fill(grouping: Grouping, rows: int, batches: int = 1) -> None:
    draw = np.random.default_rng(1)
    for _ in range(batches):
        words = draw.integers(0, 2**64, (rows, 3), np.uint64)
        grouping.add(words[:, 0], words[:, 1], words[:, 2:])


def test_equal_to_a_counter() -> None:
    draw = np.random.default_rng(0)
    rows = draw.integers(0, 3, (5000, 4)).astype(np.uint64) + np.uint64(2**64 - 3)
    with Grouping(2) as grouping:
        for part in np.split(rows, 10):
            grouping.add(part[:, 0], part[:, 1], part[:, 2:])
        found = np.concatenate(list(grouping.sorted()))
    assert found.tolist() == [[*row, count] for row, count in sorted(Counter(map(tuple, rows.tolist())).items())]


def test_it_spills_into_a_private_folder_that_goes_away(tmp_path: Path) -> None:
    with Grouping(1, tmp_path, "100MB") as grouping:
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        fill(grouping, 250_000, 10)
        chunks = grouping.sorted()
        before = next(chunks)[-1, 0]
        assert any(folder.iterdir())
        for chunk in chunks:
            assert before <= chunk[0, 0] and (np.diff(chunk[:, 0].astype(float)) >= 0).all()
            before = chunk[-1, 0]
    assert not list(tmp_path.iterdir())


def test_no_room(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no spill folder") as caught, Grouping(1, None, "32MB") as grouping:
        fill(grouping, 500_000, 4)
        list(grouping.sorted())
    assert caught.value.__suppress_context__
    with pytest.raises(ResourceError, match="no temporary files"):
        Grouping(1, tmp_path / "gone")


def test_the_database_is_locked_down(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")
    (tmp_path / "spill").mkdir()
    with locked_connection(tmp_path / "spill", "100MB") as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
        for name in (
            "autoinstall_known_extensions",
            "autoload_known_extensions",
            "allow_community_extensions",
            "allow_unsigned_extensions",
            "enable_external_access",
        ):
            assert settings[name] == "false", name
        assert settings["lock_configuration"] == "true"
        secret = [1]  # noqa: F841  a Python variable that SQL must not see
        for statement in (
            f"SELECT * FROM read_csv('{other}')",
            f"SELECT * FROM '{other}'",
            "SELECT * FROM read_text('/etc/hostname')",
            "SELECT * FROM glob('/etc/*')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'out.db'}'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            "SET autoload_known_extensions = true",
            "SELECT * FROM secret",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.csv", "spill"]
