"""YAML 1.2 as plain values, each with its line; the only place that knows the YAML library.

Scalars follow the YAML 1.2 core schema, so that `NO` and `12:30` are text and `1e-6` is a number. What would make a
policy mean something else than it seems to say is refused: anchors, merge keys, tags, several documents, repeated
keys, numbers with leading zeros (`01` is a code, not 1), infinite numbers.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

Path = tuple[str | int, ...]
"""Keys and positions from the top of the file to a value."""

Fault = tuple[int, str]
"""Line and message."""

DEPTH = 32
"""Deepest nesting that is read."""

_CONSTANTS = {"": None, "~": None} | {
    spelling: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for spelling in (word, word.capitalize(), word.upper())
}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_ZEROS = re.compile(r"[-+]?0[0-9]+|0[xo][0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass
class Document:
    """A YAML file.

    Attributes:
        value: dicts, lists, text, numbers, booleans, None.
        lines: path of every value -> line of its key or of itself, from 1.
        faults: what was refused; when there are any, `value` is not to be used.
    """

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    content: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None

    def place(self) -> Path:
        """Path of the value that comes next."""
        return (*self.path, len(self.content) if isinstance(self.content, list) else str(self.key))


def read(text: str) -> Document:
    """Reads a YAML text. Total: what is wrong stands in `faults`."""
    document = Document()
    builder = _Builder(document)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                break
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        # Tabs are what people trip over most.
        advice = "Indent with spaces, never with tabs" if "'\\t'" in str(error.problem) else "Correct the line"
        problem = " ".join(str(part) for part in (error.context, error.problem) if part)
        document.faults.append((line, f"this is not YAML: {problem}. {advice}, or the one above it."))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        document.faults.append((line, "the line holds a control character. Remove it."))
    except YAMLError as error:
        document.faults.append((1, f"this is not YAML: {' '.join(str(error).split())}"))
    return document


class _Builder:
    """Puts the events of the parser together, without recursion."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Event) -> bool:
        """Adds one event; False when reading must stop."""
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                return self._start_document(event, line)
            case MappingEndEvent() | SequenceEndEvent():
                self._add(self._open.pop().content)
            case AliasEvent():
                self._fault(line, f"*{event.anchor} points to another place. Write the value out.")
                self._scalar("", line)
            case ScalarEvent():
                self._marks(event, line)
                plain = event.style is None
                self._scalar(event.value, line, quoted=not plain)
            case MappingStartEvent() | SequenceStartEvent():
                self._marks(event, line)
                return self._start({} if isinstance(event, MappingStartEvent) else [], line)
        return True

    def _start_document(self, event: DocumentStartEvent, line: int) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._fault(line, "a second document begins here (---). A policy is one document.")
        if event.version not in (None, (1, 2)):
            self._fault(line, "a policy is YAML 1.2. Remove the %YAML line.")
        return self._documents == 1

    def _start(self, content: dict[str, Any] | list[Any], line: int) -> bool:
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.content, dict) and parent.key is None:
            self._fault(line, "a key must be text, not a list or a block. Correct the key.")
            return False
        if len(self._open) >= DEPTH:
            self._fault(line, f"blocks are nested more than {DEPTH} deep. A policy needs fewer than 10.")
            return False
        path: Path = parent.place() if parent is not None else ()
        self._document.lines.setdefault(path, line)
        self._open.append(_Open(content, path))
        return True

    def _scalar(self, text: str, line: int, *, quoted: bool = False) -> None:
        try:
            text.encode()
        except UnicodeEncodeError:
            self._fault(line, "half of a surrogate pair is not a character. Write the character itself.")
            text = ""
        parent = self._open[-1] if self._open else None
        if parent is None or isinstance(parent.content, list) or parent.key is not None:
            self._document.lines.setdefault(parent.place() if parent is not None else (), line)
            self._add(text if quoted else self._resolve(text, line))
            return
        if text == "<<" and not quoted:
            self._fault(line, "<< merges another block. Write the keys out.")
        parent.key = text  # keys are names, however they are spelled
        if text in parent.content:
            first = self._document.lines[parent.place()]
            self._fault(line, f"{dotted(parent.place())} stands twice, first in line {first}. Remove one of them.")
        self._document.lines.setdefault(parent.place(), line)

    def _add(self, value: Any) -> None:
        if not self._open:
            self._document.value = value
            return
        parent = self._open[-1]
        if isinstance(parent.content, list):
            parent.content.append(value)
        else:
            parent.content[str(parent.key)] = value
            parent.key = None

    def _resolve(self, text: str, line: int) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _ZEROS.fullmatch(text):
            self._fault(line, f"{text} would be read as a number without its zeros. Put it in quotes: '{text}'.")
            return None
        if _NOT_FINITE.fullmatch(text):
            self._fault(line, f"{text} is not a finite number. Write a number.")
            return None
        if not _NUMBER.fullmatch(text):
            return text
        number = float(text)
        if not math.isfinite(number) or (_WHOLE.fullmatch(text) and len(text) > 19):
            self._fault(line, f"{text[:40]} is too large for a number. Write a smaller one, or put a code in quotes.")
            return None
        return int(text) if _WHOLE.fullmatch(text) else number

    def _marks(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._fault(
                line, f"&{event.anchor} names a place. Remove the anchor and write values out where they belong."
            )
        if event.tag is not None and not (isinstance(event, ScalarEvent) and event.tag == "!"):
            self._fault(line, f"{event.tag} is a tag. Remove it.")

    def _fault(self, line: int, message: str) -> None:
        self._document.faults.append((line, message))


def dotted(path: Path) -> str:
    """A path as people read it: privacy.delta, tables.visits.columns.age.bins.edges[2]."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")
