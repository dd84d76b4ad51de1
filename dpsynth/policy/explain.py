"""Says in words what is wrong with the values of a policy: where, what was given, what is allowed, what to do."""

from __future__ import annotations

import difflib
import json
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dpsynth.policy.block import Block, show
from dpsynth.policy.columns import column_classes
from dpsynth.policy.schema import Policy
from dpsynth.policy.tables import rule_classes
from dpsynth.policy.yaml_text import Document, Fault, Path, dotted

PLACEHOLDER = "FILL_IN"
"""What a drafted policy holds where a person must decide."""

_TYPES = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list such as [a, b]",
    "dict_type": "a block of keys",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
    "string_too_short": "text that is not empty",
    "column_kind": "a block with type: category, boolean, integer, real, date or offset, or with role: unit_key, key, "
    "parent_key, link or drop",
    "rule_kind": "a block with exactly one of the keys impossible and determines",
}
_PER_PARENT = {
    f"{word}_per_{unit}"
    for word in ("max", "max_rows", "max_children", "rows", "at_most")
    for unit in ("parent", "row")
}
_SWITCHES = dict.fromkeys(("yes", "on", "1", "true"), "true") | dict.fromkeys(("no", "off", "0", "false"), "false")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?")
_LIMITS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of at least {}"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of at most {}"),
    "too_short": ("min_length", "at least {} entries"),
    "too_long": ("max_length", "at most {} entries"),
}
_PATTERNS = {
    "[a-z0-9_]{": "a name of lower-case letters, digits and _, at most 64, that begins with a letter",
    "[a-z0-9_-]": "a name of lower-case letters, digits, _ and -, at most 64, that begins with a letter or digit",
    "/\\\\": "a name of at most 128 characters without slashes and control characters",
    "\\x7f": "a name of at most 128 characters without control characters",
    "!#-~": "one ASCII character other than a quotation mark",
    "https?://": "an address that begins with http:// or https:// and holds no spaces or quotation marks",
    "+@": "a mail address such as data@example.org",
    "\\d{4}-": "a day as YYYY-MM-DD",
    "[-A-Za-z0-9._]": "a short name of letters, digits, dots, hyphens and _, such as CC-BY-4.0",
    "[A-Z]{2,8}": "a code of two to eight capital letters, such as RQSH",
}


def placeholders(document: Document) -> dict[Path, Fault]:
    """The places that a person has not filled in yet."""
    found: dict[Path, Fault] = {}
    for path, line in document.lines.items():
        value = _at(document.value, path)
        if value == PLACEHOLDER:
            field = _field(path)
            meaning = f" {field.description}" if field is not None and field.description else ""
            if path[-1:] == ("type",):
                meaning = " One of category, boolean, integer, real, date; or replace the block by role: drop."
            found[path] = (line, f"{dotted(path)} is still {PLACEHOLDER}. Fill it in.{meaning}")
    return found


def explain(error: ValidationError, document: Document) -> list[tuple[Path, Fault]]:
    """One sentence a fault, with the path that it is about."""
    grouped: dict[Path, list[tuple[Any, bool]]] = {}
    said: list[tuple[Path, Fault]] = []
    for detail in error.errors(include_url=False):
        path, is_key = _path(detail["loc"], detail["type"], document.value)
        match detail["type"]:
            case "policy":
                full = (*path, *detail["ctx"]["path"])
                said.append((full, (line_of(document, full), _prefixed(path, detail["ctx"]["message"]))))
            case "extra_forbidden":
                said.append((path, (line_of(document, path), _unknown(path, detail["loc"]))))
            case "missing":
                said.append((path, (line_of(document, path[:-1]), _missing(path))))
            case _:
                grouped.setdefault(path, []).append((detail, is_key))
    for path, details in grouped.items():
        said.append((path, (line_of(document, path), _wrong(path, details, _at(document.value, path)))))
    return said


def line_of(document: Document, path: Path) -> int:
    """The line of a value, or of the nearest block around it."""
    return nearest_line(document.lines, path)


def nearest_line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the longest known beginning of a path."""
    return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 1)


def _path(loc: tuple[str | int, ...], kind: str, value: Any) -> tuple[Path, bool]:
    """The path in the file; pydantic's names of union branches are left out."""
    loc = tuple(part for i, part in enumerate(loc) if not _is_tag(loc, i))
    path: list[str | int] = []
    for part in loc:
        if part == "[key]":
            return tuple(path), True
        if (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int)):
            value = value[part]  # type: ignore[index]
        elif kind != "missing" or part != loc[-1]:
            break
        path.append(part)
    return tuple(path), False


def _is_tag(loc: tuple[str | int, ...], i: int) -> bool:
    return i == 4 and loc[0] == "tables" and loc[2] in ("columns", "rules") and loc[4] in _kinds()


def _kinds() -> dict[str, type[Block]]:
    """The classes that a tag chooses among: of columns and of rules."""
    return column_classes() | rule_classes()


def _at(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _prefixed(block: Path, message: str) -> str:
    prefix = dotted(block)
    return message if not prefix or message.startswith(prefix) else f"{prefix}: {message}"


def _unknown(path: Path, loc: tuple[str | int, ...]) -> str:
    tag = loc[4] if len(loc) > 4 and _is_tag(loc, 4) else None
    allowed = sorted(_keys(path[:-1], tag))
    if path[-1] in _PER_PARENT:
        return (
            f"{dotted(path)} would bound the rows of each parent. Such bounds multiply from level to level, and the "
            "noise with them. Set rows.at_most: the most rows of one person in this table, in all."
        )
    near = difflib.get_close_matches(str(path[-1]), allowed, 1, 0.6)
    advice = f"Did you mean {near[0]}?" if near else "Remove it."
    return f"{dotted(path)} is not a known key; allowed here: {', '.join(allowed)}. {advice}"


def _missing(path: Path) -> str:
    field = _field(path)
    meaning = f" {field.description}" if field is not None and field.description else ""
    return f"{dotted(path)} is missing. Add the key {path[-1]} to this block.{meaning}"


def _wrong(path: Path, details: list[tuple[Any, bool]], value: Any) -> str:
    """Several details are the branches of one union."""
    is_key = details[0][1]
    given = str(path[-1]) if is_key else value
    allowed = " or ".join(dict.fromkeys(_allowed(detail) for detail, _ in details))
    if details[0][0]["type"] == "column_kind" and isinstance(value, dict):
        given = f"was given type {_shown(value['type'])}" if "type" in value else "has no type"
        return f"{dotted(path)} {given}; allowed: {allowed}. Add or correct the type."
    what = "is empty" if given is None else f"was given {'the key ' if is_key else ''}{_shown(given)}"
    return f"{dotted(path)} {what}; allowed: {allowed}. {_advice(details, given, is_key)}"


def _allowed(detail: Any) -> str:
    kind, ctx = detail["type"], detail.get("ctx", {})
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        words = words.format(show(ctx[key]))
        return words.replace("entries", "entry") if words.endswith(" 1 entries") else words
    if kind == "literal_error":
        return str(ctx["expected"]).replace("True", "true").replace("False", "false")
    if kind == "string_pattern_mismatch":
        return next((words for part, words in _PATTERNS.items() if part in ctx["pattern"]), ctx["pattern"])
    return _TYPES.get(kind, str(detail["msg"]))


def _advice(details: list[tuple[Any, bool]], given: Any, is_key: bool) -> str:
    kinds = {detail["type"] for detail, _ in details}
    scalar = isinstance(given, str | int | float)
    if given is None:
        return "Write a value, or remove the key."
    if is_key:
        return "Rename the key."
    if "string_type" in kinds and scalar:
        return f'Put it in quotes: "{_shown(given)}".'
    if "string_type" in kinds and isinstance(given, list):
        return "Put its entries in quotes."
    if kinds & {"int_type", "int_from_float", "float_type"}:
        if isinstance(given, float) and given.is_integer():
            return f"Write {int(given)}."
        number = "a number" if "float_type" in kinds else "a whole number"
        return "Remove the quotes." if isinstance(given, str) and _NUMBER.fullmatch(given) else f"Write {number}."
    if "bool_type" in kinds and str(given).lower() in _SWITCHES:
        return f"Write {_SWITCHES[str(given).lower()]}."
    if "tuple_type" in kinds and scalar:
        return f"Put it in brackets: [{_shown(given)}]."
    if "literal_error" in kinds and isinstance(given, str):
        words = [word for detail, _ in details for word in str(detail["ctx"].get("expected", "")).split("'")[1::2]]
        near = difflib.get_close_matches(given, words, 1, 0.6)
        return f"Did you mean {near[0]}?" if near else "Choose one of these."
    return "Correct the value."


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f"a block of {len(value)} {'key' if len(value) == 1 else 'keys'}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


# ------------------------------------------------------------------------------------- what the schema says of a path


def _field(path: Path) -> FieldInfo | None:
    """The field that a path leads to, if there is one; the first where kinds of columns share a key."""
    for block in _blocks(path[:-1]):
        for name, field in block.model_fields.items():
            if (field.alias or name) == path[-1]:
                return field
    return None


def _keys(path: Path, tag: str | int | None) -> set[str]:
    return {field.alias or name for block in _blocks(path, tag) for name, field in block.model_fields.items()}


def _blocks(path: Path, tag: str | int | None = None) -> list[type[Block]]:
    """The classes that may describe the block at a path."""
    found: list[Any] = [Policy]
    for i, part in enumerate(path):
        found = [kind for annotation in found for kind in _below(annotation, part)]
        if i == 3 and tag is not None:  # tables.NAME.columns.NAME, tables.NAME.rules[N]
            found = [_kinds()[str(tag)]]
    return [kind for kind in found if isinstance(kind, type) and issubclass(kind, Block)]


def _below(annotation: Any, part: str | int) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, Block):
        fields = annotation.model_fields.items()
        return [kind for name, field in fields if (field.alias or name) == part for kind in _flat(field.annotation)]
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        return _flat(arguments[1])
    return _flat(arguments[0]) if get_origin(annotation) is tuple else []


def _flat(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _flat(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [kind for part in get_args(annotation) for kind in _flat(part)]
    return [annotation]
