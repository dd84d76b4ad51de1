from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest

from dpsynth import _files
from dpsynth.errors import ResourceError


def test_modes_and_content(tmp_path: Path) -> None:
    _files.write_whole(tmp_path / "a" / "private", b"x")
    _files.write_whole(tmp_path / "public", lambda file: file.write(b"y"), _files.PUBLIC)
    assert stat.S_IMODE((tmp_path / "a" / "private").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "public").stat().st_mode) == 0o644
    assert (tmp_path / "public").read_bytes() == b"y"
    assert _files.sha256(tmp_path / "public") == hashlib.sha256(b"y").hexdigest()


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError])
def test_a_crash_while_writing_leaves_the_old_state(tmp_path: Path, failure) -> None:
    target = tmp_path / "file"
    _files.write_whole(target, b"old")

    def crash(file) -> None:
        file.write(b"half of the n")
        raise failure

    with pytest.raises(failure):
        _files.write_whole(target, crash)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_everything_is_on_the_disk_before_the_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, real=real, name=name: (steps.append(name), real(*a)))
    _files.write_whole(tmp_path / "file", b"x")
    assert steps == ["fsync", "replace", "fsync"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_refuses_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(ResourceError, match=r"file could not be written to .*: no space left on device\. Free space"):
        _files.write_whole(tmp_path / "file", b"x")
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_way_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResourceError):
        _files.write_whole(tmp_path / "file" / "inside", b"x")


def test_json_has_one_form(tmp_path: Path) -> None:
    _files.write_json(tmp_path / "x", {"b": "ü", "a": [1]})
    assert json.loads((tmp_path / "x").read_text()) == {"a": [1], "b": "ü"}
    assert _files.canonical_json({"b": "ü", "a": [1, 2.5, None]}) == b'{"a":[1,2.5,null],"b":"\\u00fc"}'
    with pytest.raises(ValueError, match="JSON"):
        _files.canonical_json(float("nan"))
