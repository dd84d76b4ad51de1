"""Reads a simulation model; what is wrong is one line with file and line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import ValidationError

from dpsynth.dummy.simulation.model import Model
from dpsynth.errors import PolicyError
from dpsynth.policy import yaml_text
from dpsynth.policy.explain import nearest_line
from dpsynth.policy.text_file import UnreadableError, read_text

MAX_BYTES = 4 * 1024 * 1024


def read_model(path: Path) -> tuple[Model, str]:
    """The model, and the SHA-256 of its file as hex.

    Raises:
        PolicyError: the file cannot be read, or is no model.
    """
    try:
        text = read_text(path, MAX_BYTES)
    except UnreadableError as error:
        raise PolicyError(f"{path}: {error}") from None
    document = yaml_text.read(text)
    if document.faults:
        line, message = document.faults[0]
        raise PolicyError(f"{path}:{line}: {message}")
    try:
        model = Model.model_validate_json(json.dumps(document.value))
    except ValidationError as error:
        raise PolicyError(_first(path, error, document)) from None
    return model, hashlib.sha256(text.encode()).hexdigest()


def _first(path: Path, error: ValidationError, document: yaml_text.Document) -> str:
    detail = error.errors(include_url=False)[0]
    where = tuple(detail["loc"]) + tuple(detail.get("ctx", {}).get("path", ()))
    # Names of union branches and "[key]" are no keys of the file.
    place = [part for i, part in enumerate(where) if where[: i + 1] in document.lines]
    named = yaml_text.dotted(tuple(place) or where)
    missing = f"{where[-1]} is missing. " if detail["type"] == "missing" else ""
    return f"{path}:{nearest_line(document.lines, where)}: {named}: {missing}{' '.join(detail['msg'].split())}"
