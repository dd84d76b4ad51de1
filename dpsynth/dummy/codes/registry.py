"""All code systems by name."""

from __future__ import annotations

from dpsynth.dummy.codes.atc import ATC
from dpsynth.dummy.codes.icd10gm import ICD_10_GM
from dpsynth.dummy.codes.loinc import LOINC
from dpsynth.dummy.codes.ops import OPS
from dpsynth.dummy.codes.pzn import PZN
from dpsynth.dummy.codes.system import CodeSystem

SYSTEMS: dict[str, CodeSystem] = {system.name: system for system in (ATC, ICD_10_GM, LOINC, OPS, PZN)}


def system_of(name: str) -> CodeSystem | None:
    """The system of that name, whether written with capitals or not; None when its form is not known here."""
    return next((system for key, system in SYSTEMS.items() if key.lower() == name.lower()), None)
