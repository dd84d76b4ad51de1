"""Anchors: heads of the ledger that somebody wrote down elsewhere.

The chain alone cannot tell that its end was cut off, or that a whole ledger was replaced by an older copy. Every
manifest and every signature holds a head; so can a file of lines `SEQUENCE HASH`, as `dpsynth budget verify` prints
them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from dpsynth.errors import UsageError
from dpsynth.privacy import ledger_entries
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.signoff import dsse, statement
from dpsynth.signoff.dsse import EnvelopeError
from dpsynth.signoff.statement import Moment, StatementError

LARGEST = 16 * 2**20
"""Bytes of the largest file that is read."""
_LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{64})")


def read(path: Path) -> tuple[Moment, ...]:
    """The heads that a file names; at least one.

    Raises:
        UsageError: the file is no manifest, no signature, and no list of lines `SEQUENCE HASH`.
    """
    wrong = UsageError(
        f"{path} is no anchor; allowed are a manifest.json, a signature file, and lines of the form SEQUENCE HASH."
    )
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            raise wrong
        content = path.read_bytes()
        found = _of_json(content) if content.lstrip().startswith(b"{") else _of_lines(content.decode())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or 'refused').lower()}.") from None
    except (ValueError, KeyError, TypeError, RecursionError, EnvelopeError, StatementError):
        raise wrong from None
    if not found:
        raise wrong
    return found


def check(entries: tuple[Entry, ...], path: Path, url: str) -> int:
    """Checks that every head which a file names is still in the ledger; returns how many there were.

    Raises:
        LedgerError: one is not.
        UsageError: the file is no anchor.
    """
    heads = read(path)
    for moment in heads:
        ledger_entries.demand_held(entries, moment.sequence, moment.head, str(path), url)
    return len(heads)


def _of_json(content: bytes) -> tuple[Moment, ...]:
    value = json.loads(content)
    if "payload" in value:
        value = statement.parts(dsse.read(content).payload)[3]
    return (_moment(value["ledger"]["sequence"], value["ledger"]["head"]),)


def _of_lines(text: str) -> tuple[Moment, ...]:
    lines: Iterable[str] = (line.strip() for line in text.splitlines())
    matches = [_LINE.fullmatch(line) for line in lines if line]
    return tuple(_moment(int(m[1]), m[2]) if m else _moment(0, "") for m in matches)


def _moment(sequence: object, head: object) -> Moment:
    if type(sequence) is not int or sequence < 1 or not isinstance(head, str) or not _LINE.fullmatch(f"1 {head}"):
        raise ValueError("no head")
    return Moment(sequence, head)
