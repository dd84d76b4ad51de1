"""A finished run, opened again for what is free: its model, its measurements, its policy. No data are opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dpsynth import _files
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.domain.panel import domain_of, panel_of
from dpsynth.errors import SourceError, UsageError
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.schema import Policy
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon, Mu
from dpsynth.release.manifest import MANIFEST
from dpsynth.run.folder import RunFolder
from dpsynth.sampling.conditions import evidence
from dpsynth.sampling.family import FamilyTrained, conditions_in_view, in_view
from dpsynth.sampling.trained import Refit, Trained
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements
from dpsynth.synth.calibrated import calibrated, calibrated_family
from dpsynth.synth.design import GraphicalMechanism
from dpsynth.synth.relational import files
from dpsynth.synth.relational.mechanism import FamilyMeasurements
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.synth.tree_model import CompressedModel


@dataclass(frozen=True)
class Opened:
    """A finished run.

    Attributes:
        root: its folder.
        release_id: name of its release.
        manifest_digest: SHA-256 of its manifest, as hex.
        rehearsal: whether its people are invented.
        releasable: False if it must not leave: a rehearsal, noise that is not private, a throw-away ledger.
        trained: what training left.
    """

    root: Path
    release_id: str
    manifest_digest: str
    rehearsal: bool
    releasable: bool
    trained: Trained | FamilyTrained

    @property
    def one(self) -> Trained:
        """What conditions and balance are about: the rows of the one table, or the people."""
        return self.trained if isinstance(self.trained, Trained) else self.trained.people

    @property
    def tables(self) -> tuple[str, ...]:
        """The released tables."""
        return tuple(self.trained.policy.tables)

    @property
    def place(self) -> Path:
        """Where rows go if nobody says: a file for one table, a folder for several."""
        only, *others = self.tables
        return Path(f"SYN_{self.trained.policy.id}") if others else Path(f"SYN_{only}.csv")

    @property
    def together(self) -> bool:
        """Whether rows of one person belong together."""
        return isinstance(self.trained, FamilyTrained) or self.trained.panel is not None

    def conditions(self, given: Sequence[str]) -> dict[str, int]:
        """Codes for conditions as people write them.

        Raises:
            UsageError: there is no such column or level, or a column comes twice.
        """
        several = self.trained
        texts = given if isinstance(several, Trained) else conditions_in_view(several.family, given)
        return evidence(self.one.domain, texts)

    def column(self, name: str) -> str:
        """A column as the model calls it."""
        return name if isinstance(self.trained, Trained) else in_view(self.trained.family, name)


def opened(run: Path) -> Opened:
    """Opens a finished run.

    Raises:
        SourceError: the run folder is not complete.
    """
    folder = RunFolder(run)
    if read_json(folder.state).get("state") != "complete":
        raise SourceError(f"The run {run} did not finish. Give the folder of a finished run.")
    saved = read_json(folder.model / "policy.json")
    try:
        policy = Policy.model_validate_json(str(saved["policy"]))
        lists = {name: tuple(levels) for name, levels in saved["code_lists"].items()}
        maps = {name: tuple((str(a), str(b)) for a, b in pairs) for name, pairs in saved.get("maps", {}).items()}
        mechanism = str(saved.get("mechanism", policy.synthesis.mechanism))
        rehearsal = bool(saved["rehearsal"])
        loaded = LoadedPolicy(policy, folder.model / "policy.json", "", str(saved.get("digest", "")), lists, maps)
    except (KeyError, ValueError, AttributeError, TypeError):
        raise SourceError(f"{folder.model / 'policy.json'} is damaged. Restore the run folder from a backup.") from None
    trained = _several(folder, loaded) if policy.is_relational else _one(folder, loaded, mechanism)
    manifest = read_json(folder.public / MANIFEST)
    return Opened(
        run,
        str(manifest.get("release_id", "")),
        _files.sha256(folder.public / MANIFEST),
        rehearsal,
        manifest.get("releasable") is True,
        trained,
    )


def _one(folder: RunFolder, loaded: LoadedPolicy, mechanism: str) -> Trained:
    domain = domain_of(loaded)
    model = model_file.load_model(folder.model / f"{mechanism}.npz")
    measured = model_file.load_measurements(folder.measured, mechanism)
    refit = _refit(loaded, domain, measured)
    return Trained(loaded.policy, domain, mechanism, model, measured, refit, panel_of(loaded))


def _several(folder: RunFolder, loaded: LoadedPolicy) -> FamilyTrained:
    family = Family.from_policy(loaded)
    model, measured = files.load_model(folder.model), files.load_measurements(folder.measured, family)

    def refit(fresh: FamilyMeasurements, merged_by: FamilyMeasurements) -> FamilyModel:
        return calibrated_family(loaded, family, _mu(loaded)).fit(fresh, merged_by)

    return FamilyTrained(loaded.policy, family, model, measured, refit)


def _refit(loaded: LoadedPolicy, domain: Domain, measured: Measurements) -> Refit | None:
    """How to fit again; calibrated only when somebody asks."""
    if measured.generators:
        return None

    def refit(fresh: Measurements, merged_by: Measurements) -> CompressedModel:
        parts = calibrated(loaded, domain, _mu(loaded))
        mechanism = next(part.mechanism for part in parts if part.mechanism.name == measured.mechanism)
        if not isinstance(mechanism, GraphicalMechanism):
            raise UsageError(
                f"'{measured.mechanism}' cannot be fitted again to other answers. Draw rows without copies."
            )
        return mechanism.fit(fresh, merged_by)

    return refit


def _mu(loaded: LoadedPolicy) -> Mu:
    privacy = loaded.policy.privacy
    return accountant.calibrate(Epsilon(privacy.epsilon), Delta(privacy.delta))


def read_json(path: Path) -> dict[str, Any]:
    """An object from a file of a run.

    Raises:
        SourceError: it is missing or damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SourceError(f"{path} is missing or damaged. Give the folder of a finished run.") from None
    if not isinstance(value, dict):
        raise SourceError(f"{path} is damaged. Restore the run folder from a backup.")
    return value
