"""The name of a level as a reader of this language writes it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from dpsynth.report.words import Words


def level(label: str, column: dict[str, Any], t: Words) -> Markup:
    """The words for a label of the domain; the codes of a code list are printed as they are.

    Args:
        label: as the domain prints it.
        column: the facts of its column.
        t: the language.
    """
    if label in (of_layout := column.get("layout", {})):
        return t(f"level.{of_layout[label]}")
    if column["type"] == "boolean" or (column["nullable"] and label == "missing"):
        return t(f"level.{label}")
    if column["type"] == "category":
        return escape(label)
    first, *last = (_written(end, column["type"], t) for end in label.split(" to "))  # as the domain writes a bin
    return t("level.bin", first=first, last=last[0]) if last else escape(first)


def _written(end: str, kind: str, t: Words) -> str:
    """A day, or a number with its digits as they are in the data: not grouped."""
    return t.n.date(end) if kind == "date" else end.replace(".", t.n.decimal)
