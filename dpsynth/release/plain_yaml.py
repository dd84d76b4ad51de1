"""Writes values as YAML 1.2: blocks of keys, lists, texts in double quotes, so that no text can be anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def to_yaml(value: Mapping[str, Any]) -> bytes:
    """A block of keys, in the order given. Values are texts, numbers, booleans, lists of texts, or blocks.

    Raises:
        TypeError: a value is something else.
    """
    return ("\n".join(_block(value, "")) + "\n").encode()


def _block(value: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, part in value.items():
        if isinstance(part, Mapping):
            yield f"{indent}{key}:"
            yield from _block(part, f"{indent}  ")
        elif isinstance(part, Sequence) and not isinstance(part, str):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {scalar(entry)}" for entry in part)
        else:
            yield f"{indent}{key}: {scalar(part)}"


def scalar(value: Any) -> str:
    """One value. Texts are quoted; what is not printable is escaped.

    Raises:
        TypeError: the value is no text, number or boolean.
    """
    if isinstance(value, str):
        return '"' + "".join(_escaped(c) for c in value) + '"'
    if isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        text = json.dumps(value, allow_nan=False)
        # Readers of YAML 1.1 take 1e-06 for a text: a number needs a dot there.
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    raise TypeError(f"Expected a text, a number or a boolean, got a {type(value).__name__}.")


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
