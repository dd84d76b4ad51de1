"""Noisy measurements and fitted models of several tables on disk, view by view: see `model_file`."""

from __future__ import annotations

from pathlib import Path

from dpsynth.domain.family import Family
from dpsynth.errors import ResourceError, SourceError
from dpsynth.synth import model_file
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.relational.mechanism import FamilyMeasurements
from dpsynth.synth.relational.model import FamilyModel

NAME = "relational"
PEOPLE, ROWS = "people", "rows"
"""Folders of the measurements; rows have one folder each."""


def save_measurements(folder: Path, measured: FamilyMeasurements) -> None:
    """Writes the measurements of every view into folders below.

    Raises:
        ResourceError: the disk refuses.
        TypeError: something other than noisy measurements.
    """
    parts = {Path(PEOPLE): measured.people, **{Path(ROWS, name): own for name, own in measured.rows.items()}}
    for place, own in parts.items():
        try:
            (folder / place).mkdir(parents=True, mode=0o700, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or "refused").lower()
            raise ResourceError(f"{folder / place} cannot be made: {reason}.") from None
        model_file.save_measurements(folder / place, own)


def load_measurements(folder: Path, family: Family) -> FamilyMeasurements:
    """The inverse of `save_measurements`.

    Raises:
        SourceError: the files are missing or damaged.
    """
    return FamilyMeasurements(
        model_file.load_measurements(folder / PEOPLE, CliqueTree.name),
        {rows.name: model_file.load_measurements(folder / ROWS / rows.name, CliqueTree.name) for rows in family.rows},
    )


def save_model(folder: Path, model: FamilyModel) -> None:
    """Writes a fitted model.

    Raises:
        ResourceError: the disk refuses.
    """
    model_file.save_arrays(folder / f"{NAME}.npz", model.to_arrays())


def load_model(folder: Path) -> FamilyModel:
    """The inverse of `save_model`.

    Raises:
        SourceError: the file is missing or damaged.
    """
    path = folder / f"{NAME}.npz"
    try:
        return FamilyModel.from_arrays(model_file.load_arrays(path))
    except Exception:  # a damaged file makes parsers raise anything
        raise SourceError(
            f"The model file {path} is missing or damaged, or another version of dpsynth wrote it. Restore the run "
            "folder from a backup, or use the version that run.json names."
        ) from None
