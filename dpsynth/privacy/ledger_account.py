"""A population's account, read off the entries of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dpsynth.privacy import events
from dpsynth.privacy.account import Change, Charge, Look, State, Statement
from dpsynth.privacy.events import SampledGaussian
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.privacy.ledger_tables import CHANGE_KINDS, LOOK
from dpsynth.privacy.lifetime import Lifetime, from_json

_FOLLOWS: dict[str, State] = {
    "reserve": "reserved",
    "opened": "open",
    "measuring": "open",
    "commit": "committed",
    "void": "void",
}


def statement(entries: Sequence[Entry], population: str) -> Statement | None:
    """The account of a population, or None if no entry declares it. Order is that of the entries, never their time."""
    own = [e for e in entries if e.population == population]
    declared = next((e.body for e in own if e.kind == "population"), None)
    if declared is None:
        return None
    lifetime = Lifetime(float(declared["lifetime_epsilon"]), float(declared["lifetime_delta"]))
    changes = tuple(_changes(own))
    return Statement(
        population,
        declared["unit"],
        changes[-1].new if changes else lifetime,
        tuple(_charges(own)),
        changes,
        entries[-1].hash,
        entries[-1].sequence,
        tuple(Look(e.sequence, e.at, str(e.run_id), e.actor) for e in own if e.kind == LOOK),
    )


def _changes(own: Iterable[Entry]) -> Iterable[Change]:
    for e in own:
        if e.kind in CHANGE_KINDS:
            body, kind = e.body, CHANGE_KINDS[CHANGE_KINDS.index(e.kind)]
            signers = tuple((s["name"], s["role"]) for s in body["signers"])
            old, new = from_json(body["old"]), from_json(body["new"])
            yield Change(e.sequence, e.at, kind, old, new, body["reason"], signers)


def _charges(own: Sequence[Entry]) -> Iterable[Charge]:
    states = {e.run_id: _FOLLOWS[e.kind] for e in own if e.kind in _FOLLOWS}
    for e in own:
        body = e.body
        if e.kind == "reserve":
            nano, order = body["nano_rho"], body.get("order")
            yield Charge(
                str(e.run_id), body["policy_id"], e.at, states[e.run_id], nano, body["private"], order,
                gaussian_nano=body.get("gaussian_nano"), sampled=tuple(map(_sampled, body.get("sampled", ()))),
            )  # fmt: skip
        elif e.kind == "import":
            delta = float(body["delta"])
            yield Charge(body["name"], "", body["date"], "imported", body["nano_rho"], delta=delta, known=body["known"])


def _sampled(value: dict[str, Any]) -> SampledGaussian:
    found = events.from_json(value)
    if not isinstance(found, SampledGaussian):
        raise ValueError("no sum over samples")
    return found
