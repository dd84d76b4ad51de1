"""A small invented cohort for the policy of four tables, with structure that can be found again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa

from dpsynth.data.family import BoundedFamily, open_family
from dpsynth.data.memory import FrameSource
from dpsynth.domain.family import Family
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import Sampler
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.mechanism import Measurers, RelationalMechanism, calibrate
from tests.policy.family import FAMILY, write

FIRST = dt.date(2019, 1, 1)


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=int(number))).isoformat()


def tables(people: int, seed: int = 0) -> dict[str, FrameSource]:
    """Text cells of people, half of whom are sick: more stays, more and higher values; some have no row."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[tuple]] = {"patients": [], "stays": [], "labs": [], "drugs": []}
    for pid in range(people):
        sick, entry = bool(rng.random() < 0.5), int(rng.integers(0, 300))
        dead = entry + int(rng.integers(500, 1500)) if rng.random() < 0.1 else None
        born = f"{rng.integers(1930, 1990)}-06-15"
        rows["patients"].append((pid, "fm"[sick], born, day(entry), None if dead is None else day(dead)))
        at, last = entry, 1825 if dead is None else dead
        drugs = [f"{pid}-{i}" for i in range(rng.poisson(2 if sick else 0.3))]
        for number in range(rng.poisson(3 if sick else 1)):
            at = min(last, at + int(rng.exponential(60)))
            stay, left = f"{pid}-{number}", min(last, at + int(rng.integers(0, 20)))
            rows["stays"].append((stay, pid, day(at), day(left), "abc"[rng.integers(0, 2) + sick]))
            before = 40.0 + 30 * sick
            for later in range(rng.poisson(2)):
                before = 0.8 * before + 0.2 * (20 + 60 * sick) + 5 * rng.normal()
                code = ("hba1c", "ldl", "crp")[min(2, rng.poisson(0.7))]
                given = drugs[0] if drugs and rng.random() < 0.5 else None
                value = f"{min(100.0, max(0.0, before)):.1f}"
                rows["labs"].append((pid, stay, given, day(min(last, at + later)), code, value))
        rows["drugs"] += [(given, pid, "A10BA02" if sick else "C09AA05") for given in drugs]
    names = {
        "patients": ("pid", "sex", "born", "entry", "died"),
        "stays": ("stay", "pid", "day", "left", "ward"),
        "labs": ("pid", "stay", "drug", "day", "code", "value"),
        "drugs": ("given", "pid", "atc"),
    }
    return {
        name: FrameSource(
            pa.table(
                {
                    c: pa.array([None if r[i] is None else str(r[i]) for r in rows[name]], pa.string())
                    for i, c in enumerate(columns)
                }
            )
        )
        for name, columns in names.items()
    }


def policy(folder: Path) -> LoadedPolicy:
    text = FAMILY.replace("max_patients: 1000", "max_patients: 100000\n  holdout: {share: 1e-9, control: 0.5}")
    text = text.replace("delta: 1e-6", "delta: 1e-7").replace("context: [ward]", "context: [ward, left]")
    return load(write(folder, text))


def opened(loaded: LoadedPolicy, family: Family, people: int) -> BoundedFamily:
    return open_family(loaded, family, tables(people), b"0123456789abcdef", lambda: None)


def calibrated(loaded: LoadedPolicy, family: Family, epsilon: float) -> RelationalMechanism:
    mu = accountant.calibrate(Epsilon(epsilon), Delta(1e-7))
    return calibrate(mu, family, loaded.policy.synthesis, {})


def measurers(mechanism: RelationalMechanism, bounded: BoundedFamily, sampler: Sampler) -> Measurers:
    """Curators that grant each view exactly what its mechanism may cost."""

    def curator(units, view, most, event) -> Curator:
        granted = sum(leaf.mu_squared for leaf in events.flatten(event))
        return Curator(units, view, most, granted, events.cells(event), sampler)

    family, train = mechanism.family, bounded.train
    return Measurers(
        curator(train.people, family.view, 1, mechanism.people.event),
        {
            rows.name: curator(train.rows[rows.name], rows.counted, rows.at_most, mechanism.rows[rows.name].event)
            for rows in family.rows
        },
    )
