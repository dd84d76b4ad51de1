"""Room for encoded rows: what is read does not depend on where it is kept, and no file is left."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dpsynth.data import columns
from dpsynth.data.memory import FrameSource
from dpsynth.data.packing import Packing
from dpsynth.data.units import Units
from dpsynth.errors import ResourceError
from tests.data.study import Row, Study, as_arrow, same


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "IN_MEMORY", 0)


def mapped(array: np.ndarray) -> bool:
    while array is not None:
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return False


def test_rows_are_the_same_in_memory_and_on_disk(
    study: Study, visits: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = study.open(FrameSource(as_arrow(visits)))
    monkeypatch.setattr(columns, "IN_MEMORY", 0)
    there = study.open(FrameSource(as_arrow(visits)), spill=tmp_path)
    assert same(here, there)
    assert mapped(there.train.codes) and mapped(there.train.owner) and not mapped(here.train.codes)
    assert list(tmp_path.iterdir()) == []


def test_columns_lie_in_one_piece(study: Study, visits: list[Row]) -> None:
    for part in (found := study.open(FrameSource(as_arrow(visits)))).train, found.reference, found.control:
        assert part.rows and part.codes.dtype == np.uint16 and part.owner.dtype == np.int32
        for i in range(part.codes.shape[1]):
            assert np.shares_memory(np.ascontiguousarray(part.codes[:, i]), part.codes)


def test_without_a_spill_folder_everything_stays_in_memory(on_disk: None) -> None:
    assert not mapped(columns.room((2, 3), np.uint16, None))


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 5), (2, 7)])
def test_any_shape_has_room(on_disk: None, tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = columns.room(shape, np.int32, tmp_path)
    array[...] = 7
    assert array.shape == shape and (array == 7).all()


def test_nothing_is_left_after_a_crash(tmp_path: Path) -> None:
    """The file has no name while it is in use; killing the process frees it."""
    code = (
        "import os, signal, sys; from pathlib import Path; import numpy as np; from dpsynth.data import columns\n"
        "columns.IN_MEMORY = 0; a = columns.room((1000,), np.int64, Path(sys.argv[1])); a[:] = 1\n"
        "print(os.listdir(sys.argv[1]), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert run.stdout.strip() == "[]" and run.returncode == -9
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_clear_error(on_disk: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(ResourceError, match="no room"):
        columns.room((10,), np.int32, tmp_path)


def test_a_spill_folder_that_is_not_there_is_one_clear_error(on_disk: None, tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no room"):
        columns.room((10,), np.int32, tmp_path / "nowhere")


def test_words_go_back_to_columns() -> None:
    rng = np.random.default_rng(0)
    for sizes in ([3, 4], [65535] * 6, [2] * 70, [1, 1]):
        codes = np.stack([rng.integers(0, size, 50) for size in sizes], axis=1).astype(np.uint16)
        again = Packing(tuple(sizes)).unpack(Packing(tuple(sizes)).pack(codes))
        assert (again == codes).all() and again.T.flags.c_contiguous


def test_rows_of_each_person_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dpsynth.data.units._BLOCK", 3)
    rng = np.random.default_rng(0)
    for rows, size in ((0, 0), (0, 2), (1, 1), (17, 5), (50, 90)):
        owner = np.sort(rng.integers(0, max(1, size), rows))
        units = Units(np.zeros((rows, 1), np.uint16), owner, size)
        assert units.rows_per_unit.tolist() == np.bincount(owner, minlength=size).tolist()
