"""A small policy on which every mechanism and every mutant is audited, whatever the centre's policy says."""

from __future__ import annotations

import json
from typing import Any

from dpsynth.audit.setting import Setting
from dpsynth.domain.domain import Domain
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.tables import Table
from dpsynth.policy.training import Synthesis

EPSILON = 4.0
"""Mistakes of scale and of sensitivity do not depend on epsilon, and are far easier to see here than at epsilon 1."""

DELTA = 1e-5
ROWS = 4

COLUMNS: dict[str, Any] = {
    "id": {"role": "unit_key"},
    "sex": {"type": "category", "domain": ["f", "m"], "other": "other", "source": "doc"},
    "age": {"type": "integer", "min": 0, "max": 90, "bins": {"width": 45}, "nullable": True, "source": "doc"},
    "sick": {"type": "boolean", "nullable": True, "source": "doc"},
}


def setting(mechanism: str, clip: float | str | None = None, columns: int = 3, rows: int = ROWS) -> Setting:
    """Somebody with a few rows in a table of three columns.

    Args:
        mechanism: registered name.
        clip: the policy's `contribution.clip`.
        columns: how many of the columns, from the first.
        rows: most rows of one person.
    """
    names = list(COLUMNS)[: columns + 1]
    table = Table.model_validate_json(_json({"file": "audit.csv", "columns": {n: COLUMNS[n] for n in names}}))
    source = Source.model_validate_json(_json({"population": "audit", "snapshot": "audit", "max_patients": 1000}))
    contribution = Contribution.model_validate_json(_json({"max_rows_per_unit": rows, "clip": clip}))
    wishes: dict[str, Any] = {"mechanism": mechanism}
    if mechanism == "fixed":
        wishes["marginals"] = [names[1:3]]
    synthesis = Synthesis.model_validate_json(_json(wishes))
    return Setting(table, source, contribution, Domain.from_table(table, {}), synthesis, DELTA)


def _json(value: dict[str, Any]) -> str:

    return json.dumps(value)
