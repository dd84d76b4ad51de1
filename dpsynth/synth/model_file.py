"""Noisy measurements and fitted models on disk: npz and JSON, never pickle.

Measurements are saved before anything else happens to them: after a crash, a better fit, more rows or another format
cost no budget.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dpsynth import _files
from dpsynth.errors import SourceError
from dpsynth.privacy import events
from dpsynth.privacy.queries import Measurement
from dpsynth.synth.base import Measurements, Model, Score, available

FORMAT = 2
"""2: clips, the noisy number of rows, whole scores. Format 1 knew plain counts, and what was left of scores."""


def save_measurements(folder: Path, measured: Measurements) -> None:
    """Writes `<mechanism>.npz` and `<mechanism>.json`.

    Raises:
        ResourceError: the disk refuses.
        TypeError: something other than noisy measurements; an unprotected answer never reaches a file.
    """
    parts = [(measured, Measurements), *((m, Measurement) for m in measured.marginals)]
    strangers = {type(part).__name__ for part, allowed in parts if type(part) is not allowed}
    if strangers:
        raise TypeError(f"Expected noisy measurements only, got {', '.join(sorted(strangers))}.")
    generators = {f"g{i}": table for i, table in enumerate(measured.generators.values())}
    description = {
        "format": FORMAT,
        "mechanism": measured.mechanism,
        "event": events.to_json(measured.event),
        "marginals": [
            {"clique": m.clique, "groups": m.groups, "sigma": m.sigma, "purpose": m.purpose, "clip": m.clip}
            for m in measured.marginals
        ],
        "scores": [vars(score) for score in measured.scores],
        "rows": measured.rows,
        "reach": measured.reach,
        "lost": measured.lost,
        "generators": list(measured.generators),
    }
    arrays = folder / f"{measured.mechanism}.npz"
    save_arrays(arrays, {f"m{i}": m.values for i, m in enumerate(measured.marginals)} | generators)
    # Last: without it, or with another one, the arrays are not taken for whole.
    digests = {"arrays_sha256": _files.sha256(arrays), "sha256": _digest(description)}
    _files.write_json(folder / f"{measured.mechanism}.json", {"measurements": description, **digests})


def load_measurements(folder: Path, mechanism: str) -> Measurements:
    """The inverse of `save_measurements`.

    Raises:
        SourceError: the files are missing or damaged.
    """
    try:
        saved = json.loads((folder / f"{mechanism}.json").read_text(encoding="utf-8"))
        description = saved["measurements"]
        if description["format"] not in (1, FORMAT) or saved["sha256"] != _digest(description):
            raise ValueError("description")
        if saved["arrays_sha256"] != _files.sha256(folder / f"{mechanism}.npz"):
            raise ValueError("arrays")
        arrays = load_arrays(folder / f"{mechanism}.npz")
        marginals = tuple(
            Measurement(
                tuple(m["clique"]),
                tuple(None if g is None else tuple(g) for g in m["groups"]),
                arrays[f"m{i}"],
                m["sigma"],
                m["purpose"],
                None if description["format"] == 1 else m["clip"],
            )
            for i, m in enumerate(description["marginals"])
        )
        scores = tuple(_score(value) for value in description["scores"])
        # Format 1 knew plain counts only.
        opening = {key: description[key] for key in ("rows", "reach", "lost") if key in description}
        opening["generators"] = {name: arrays[f"g{i}"] for i, name in enumerate(description.get("generators", ()))}
        event = events.from_json(description["event"])
        return Measurements(description["mechanism"], marginals, scores, event, **opening)
    except Exception:  # a damaged file makes parsers raise anything
        raise SourceError(
            f"The measurements of '{mechanism}' in {folder} are missing or damaged. Restore the run folder from a "
            "backup."
        ) from None


def _score(value: Any) -> Score:
    """A score. Format 1 knew only what is left of it after noise, which bounds nothing."""
    if isinstance(value, dict):
        margins = tuple(tuple(shares) for shares in value.get("margins", ()))
        return Score(**{**value, "clique": tuple(value["clique"]), "margins": margins})
    clique, gain = value
    return Score(tuple(clique), gain, math.inf, 1.0, gain)


def _digest(description: Any) -> str:
    return hashlib.sha256(_files.canonical_json(description)).hexdigest()


def save_model(path: Path, model: Model) -> None:
    """Writes a fitted model as npz, to a file named after its mechanism."""
    save_arrays(path, model.to_arrays())


def load_model(path: Path) -> Model:
    """Reads a fitted model; the name of the file says which synthesizer knows how.

    Raises:
        SourceError: the file is missing or damaged.
    """
    try:
        model: Model = available()[path.stem].model.from_arrays(load_arrays(path))
        return model
    except Exception:  # see above
        raise SourceError(
            f"The model file {path} is missing or damaged, or another version of dpsynth wrote it. Restore the run "
            "folder from a backup, or use the version that run.json names."
        ) from None


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Writes named arrays without pickle.

    Raises:
        ResourceError: the disk refuses.
        TypeError: an array holds objects, which only pickle could write.
    """
    if pickled := [name for name, array in arrays.items() if array.dtype.hasobject]:
        raise TypeError(f"Expected arrays of plain numbers, got objects in {', '.join(pickled)}.")
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **dict(arrays))  # type: ignore[arg-type]
    _files.write_whole(path, buffer.getvalue())


def load_arrays(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Reads named arrays without pickle."""
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
