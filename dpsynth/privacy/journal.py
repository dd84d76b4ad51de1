"""Answers of a curator on disk, each written whole before it is used, so that a run that is resumed pays once.

Whoever asks again gets the recorded answer; nothing is drawn and nothing is charged anew. The n-th question of a run
must be the one that was asked before: mechanisms ask what earlier answers tell them to, and a run that asked something
else would be another mechanism than the one that was charged.

When an answer may be drawn again. A file has no name until all of it is on disk, and an answer is used only when its
file has its name for good. So an answer that never got its name was seen by nobody, and no later question depends on
it. Whether it got a name does not depend on its value either: the size of the file follows from the question alone.
What is drawn in its place therefore has exactly the law of the mechanism that was charged. Where the system can, the
file has no name at all while it is written and vanishes with the process (`_files.write_once`); otherwise what a crash
left is removed unread. A file that has its name but is not whole was changed later, when its value may have been used;
one that is missing before others was removed after it was used. Both are refused, never drawn again. The newest
answers, removed by hand, leave no trace: nobody but the program writes into the folder of a run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dpsynth import _files
from dpsynth.errors import SourceError

Answer = Sequence[np.ndarray[Any, Any]]
"""Noisy arrays of plain numbers."""
Question = Mapping[str, Any]
"""What is asked, in values of JSON and arrays of plain numbers; public or noisy."""


ROWS = "rows"
"""The file that says which rows the answers are about."""


class Journal(Protocol):
    """Where a curator's answers go before they are used."""

    def answer(self, question: Question, draw: Callable[[], Answer]) -> Answer:
        """The answer that was recorded, or else a new one, which is recorded.

        Args:
            question: everything that the answer depends on but the rows and the noise.
            draw: counts, and adds noise.
        """
        ...


class Unkept:
    """Records nothing: for invented people, whose answers may be drawn anew."""

    def answer(self, question: Question, draw: Callable[[], Answer]) -> Answer:
        """See `Journal.answer`."""
        return draw()


class AnswerFolder:
    """One file an answer, numbered in the order of the questions of one run, and one that says of which rows.

    Args:
        folder: is made if it is not there; what a crash left half-written is removed unread.
        rows: keyed digest of the rows (`BoundedSource.commitment`), written before the first noise is drawn. It stays
            in this folder: in the ledger it would move the head, which every report shows.
        begun: whether noise may have been drawn already, by the ledger; then the folder must be there.

    Raises:
        SourceError: the answers that are there are about other rows, or the folder was emptied.
        ResourceError: the disk refuses.
    """

    def __init__(self, folder: Path, rows: str, *, begun: bool = False) -> None:
        self._folder, self._next = folder, 0
        _files.remove_unfinished(folder)
        path, message = folder / ROWS, rows.encode()
        self._answers = sum(1 for _ in folder.glob("[0-9]*"))
        if not path.exists():
            if begun or self._answers:
                raise SourceError(
                    f"The answers in {folder} were removed or are incomplete. They may have been used, so they are not "
                    "drawn again. Start a new run, which is charged anew.",
                    charged=True,
                )
            _files.write_once(path, message)
        try:
            same = path.read_bytes() == message
        except OSError:
            same = False
        if not same:
            raise SourceError(
                f"The table is not the one that the answers in {folder} are about: a row, an id or the file was "
                "changed. Restore it, or start a new run, which is charged anew.",
                charged=True,
            )

    def answer(self, question: Question, draw: Callable[[], Answer]) -> Answer:
        """See `Journal.answer`.

        Raises:
            SourceError: the recorded answer is one to another question, or its file was changed or removed.
            ResourceError: the disk refuses, or another process works on this run. Nothing was used.
        """
        path, asked = self._folder / _name(self._next), digest(question)
        self._next += 1
        if path.exists():
            return _read(path, asked)
        if self._next <= self._answers:  # numbered from 0 without a gap, so that there is a later one
            raise SourceError(
                f"The recorded answer {path} was removed, and later ones are there. It may have been used, so it is "
                "not drawn again. Start a new run, which is charged anew.",
                charged=True,
            )
        drawn = [np.asarray(array, order="C") for array in draw()]
        body = b"".join(array.tobytes() for array in drawn)
        head = {
            "question": asked,
            "arrays": [[array.dtype.str, list(array.shape)] for array in drawn],
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        _files.write_once(path, _files.canonical_json(head) + b"\n" + body)
        return drawn


def _name(number: int) -> str:
    return f"{number:06d}"


def digest(question: Question) -> str:
    """SHA-256 of a question, as hex; arrays by type, shape and bytes."""
    return hashlib.sha256(_files.canonical_json({key: _plain(value) for key, value in question.items()})).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [value.dtype.str, list(value.shape), hashlib.sha256(value.tobytes()).hexdigest()]
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value.item() if isinstance(value, np.generic) else value


def _read(path: Path, asked: str) -> Answer:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        saved = json.loads(head)
        if saved["sha256"] != hashlib.sha256(body).hexdigest():
            raise ValueError("not whole")
        arrays, start = [], 0
        for kind, shape in saved["arrays"]:
            dtype = np.dtype(kind)
            size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
            arrays.append(np.frombuffer(body[start : start + size], dtype).reshape(shape).copy())
            start += size
        same = saved["question"] == asked
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(
            f"The recorded answer {path} was damaged after it was written. It may have been used, so it is not drawn "
            "again. Start a new run, which is charged anew.",
            charged=True,
        ) from None
    if not same:
        raise SourceError(
            f"The run asks another question than the one that {path} answers: it does not compute what it computed "
            "before. Resume it with the same machine, number of threads and packages, or start a new run, which is "
            "charged anew.",
            charged=True,
        )
    return arrays
