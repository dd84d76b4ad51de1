"""The hash chain of the ledger, and what does not fit in it.

Every entry holds the hash of the one before, so that editing, removing or re-ordering entries breaks the chain. Its
order is the order of events: no clock is asked.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from dpsynth.privacy import lifetime
from dpsynth.privacy.ledger_tables import BEFORE, BUDGET_KINDS, CHANGE_KINDS, RUN_KINDS, entry, population


def canonical(value: Any) -> str:
    """JSON in the one form that is stored and hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def entry_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over an entry, the hash of the entry before it included."""
    fields = {k: row[k] for k in ("seq", "at", "kind", "population_id", "run_id", "actor", "body", "prev_hash")}
    return hashlib.sha256(b"dpsynth-ledger-v1\n" + canonical(fields).encode()).hexdigest()


def first_fault(connection: sa.Connection) -> str | None:
    """What does not fit in the chain, or None.

    An edited, removed or re-ordered entry, a step of a run that its state does not allow, a charge that is none, a
    change of a budget that does not start from the present one or goes the wrong way, earlier releases that leave
    nothing of delta, or an edited population.
    Signatures are checked elsewhere.
    """
    previous, declared, present = "", {}, {}
    imported = defaultdict[str, Fraction](Fraction)
    runs: dict[str, str] = {}
    for number, row in enumerate(connection.execute(sa.select(entry).order_by(entry.c.seq)), start=1):
        if row.seq != number or row.prev_hash != previous or row.hash != entry_hash(dict(row._mapping)):
            return f"entry {number}"
        previous = row.hash
        try:
            if row.kind == "population":
                declared[row.population_id] = row.body
                present[row.population_id] = _declared(json.loads(row.body))
            elif row.kind in CHANGE_KINDS:
                now = present[row.population_id]
                present[row.population_id] = lifetime.changed(row.kind, now, json.loads(row.body))
            elif row.kind in RUN_KINDS:
                if runs.get(row.run_id) not in BEFORE[row.kind]:
                    return f"entry {number}"
                runs[row.run_id] = row.kind
            if row.kind in ("reserve", "import"):
                lifetime.check_charge(row.kind, json.loads(row.body))
            if row.kind == "import":
                imported[row.population_id] += lifetime.exactly(float(json.loads(row.body)["delta"]))
            if row.kind in BUDGET_KINDS and not present[row.population_id].delta_left(imported[row.population_id]):
                return f"entry {number}"
        except (ValueError, KeyError, TypeError, AttributeError):
            return f"entry {number}"
    rows = connection.execute(sa.select(population)).mappings()
    owners = {row["population_id"]: canonical(declaration(dict(row))) for row in rows}
    wrong = {name for name in owners.keys() | declared.keys() if owners.get(name) != declared.get(name)}
    return f"population {min(wrong)}" if wrong else None


def _declared(body: Mapping[str, Any]) -> lifetime.Lifetime:
    return lifetime.Lifetime(float(body["lifetime_epsilon"]), float(body["lifetime_delta"]))


def declaration(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a population; of the secret key a digest, which 256 random bits make safe to show."""
    return {
        "lifetime_nano": row["lifetime_nano"],
        "lifetime_epsilon": row["lifetime_epsilon"],
        "lifetime_delta": row["lifetime_delta"],
        "unit": row["unit"],
        "split_key_sha256": hashlib.sha256(row["split_key"]).hexdigest(),
    }
