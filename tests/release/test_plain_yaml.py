"""Every text comes back from YAML as the text that it was."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dpsynth.release.plain_yaml import to_yaml
from tests.release.sample import HOSTILE

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = WORDS | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)


def read(content: bytes, version: str = "1.2") -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(io.BytesIO(content))


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES | st.lists(WORDS, min_size=1), min_size=1))
def test_what_is_written_is_read_again(block: dict[str, Any]) -> None:
    assert read(to_yaml(block)) == block
    assert read(to_yaml({"outer": block, "z": 1})) == {"outer": block, "z": 1}


@pytest.mark.parametrize(
    "text", ["no", "1.10", "12:30", "~", "", " x ", "- a", "a: b", "# c", HOSTILE, "&a", "*a", "|"]
)
def test_no_text_is_anything_else(text: str) -> None:
    assert read(to_yaml({"key": text}))["key"] == text
    assert to_yaml({"key": text}).count(b"\n") == 1


def test_small_numbers_are_numbers_in_old_readers_too() -> None:
    assert to_yaml({"delta": 1e-06}) == b"delta: 1.0e-06\n"
    assert read(to_yaml({"delta": 1e-06}), "1.1")["delta"] == 1e-06
    with pytest.raises(ValueError):
        to_yaml({"x": float("nan")})


def test_other_values_are_refused() -> None:
    with pytest.raises(TypeError):
        to_yaml({"x": None})
