"""Data drawn from the policy alone: for rehearsals, and as a control in attacks. No real row is involved.

Levels depend mildly on the neighbouring column and on the person, so that mechanisms have something to find and code
that assumes independence shows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from dpsynth.data.memory import FrameSource
from dpsynth.data.source import BoundedSource
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.policy.people import Holdout

_NEIGHBOUR = 0.4
"""How often a column takes the quantile of the column before it."""

_PERSON = 0.2
"""How often a column takes the quantile of the person; otherwise it draws its own."""

_SKEW = 1.5
"""Exponent of the quantiles: low levels are more frequent than high ones."""


def surrogate(
    domain: Domain,
    people: int,
    rows_per_unit: int,
    rng: np.random.Generator,
    holdout: Holdout | None = None,
    panel: Panel | None = None,
) -> BoundedSource:
    """Encoded rows of invented people, split like real ones.

    Args:
        domain: the public domain.
        people: number of people, all with `rows_per_unit` rows: the most that the policy allows.
        rows_per_unit: rows of each person.
        rng: public randomness.
        holdout: shares of the parts; the default of a policy if not given.
        panel: rows are people laid out like this, and `domain` is its view; None: rows are what they are.
    """
    shares = Holdout() if holdout is None else holdout
    codes = _codes(domain, people, rows_per_unit, rng)
    codes = codes if panel is None else panel.consistent(codes)
    held_out = round(people * shares.share)
    control = round(held_out * shares.control)

    def part(first: int, stop: int) -> Units:
        owner = np.repeat(np.arange(stop - first, dtype=np.int64), rows_per_unit)
        return Units(codes[first * rows_per_unit : stop * rows_per_unit], owner, stop - first)

    return BoundedSource(
        train=part(held_out, people),
        reference=part(control, held_out),
        control=part(0, control),
        rows_per_unit=rows_per_unit,
        commitment="0" * 64,
    )


def surrogate_table(
    domain: Domain, unit_key: str, people: int, rows_per_unit: int, rng: np.random.Generator
) -> FrameSource:
    """Raw cells of invented people, as a table: a rehearsal reads it like a file.

    Args:
        domain: the public domain.
        unit_key: name of the column of ids; the ids are 0, 1, ….
        people: number of people.
        rows_per_unit: rows of each person.
        rng: public randomness.
    """
    cells = domain.decode(_codes(domain, people, rows_per_unit, rng), rng)
    ids = pa.array(np.repeat(np.arange(people, dtype=np.int64), rows_per_unit))
    return FrameSource(cells.append_column(unit_key, ids), "surrogate")


def surrogate_panel(panel: Panel, unit_key: str, people: int, rng: np.random.Generator) -> FrameSource:
    """The same of people with a row in some waves: `surrogate_table` of a fixed panel."""
    long = panel.lengthen(panel.consistent(_codes(panel.view, people, 1, rng)))
    cells = panel.rows.decode(long.codes, rng)
    return FrameSource(cells.append_column(unit_key, pa.array(long.person)), "surrogate")


def _codes(domain: Domain, people: int, rows_per_unit: int, rng: np.random.Generator) -> Codes:
    rows = people * rows_per_unit
    person = np.repeat(rng.random(people), rows_per_unit)
    codes = np.empty((rows, len(domain.attributes)), np.uint16, order="F")
    quantile = rng.random(rows)
    for column, attribute in enumerate(domain.attributes):
        choice = rng.random(rows)
        quantile = np.where(
            choice < _NEIGHBOUR, quantile, np.where(choice < _NEIGHBOUR + _PERSON, person, rng.random(rows))
        )
        codes[:, column] = np.minimum(quantile**_SKEW * attribute.size, attribute.size - 1).astype(np.uint16)
    return codes
