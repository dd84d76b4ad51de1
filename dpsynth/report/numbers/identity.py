"""Which release this is, what leaves, to whom, for what."""

from __future__ import annotations

from typing import Any

from dpsynth.domain.attribute import Attribute, Grid
from dpsynth.policy.columns import DroppedColumn, UnitKey
from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published, View
from dpsynth.synth.base import Measurements


def identity(p: Published) -> dict[str, Any]:
    """Names and digests that identify the release."""
    return {
        "release_id": Fact(p.release_id, "config"),
        "run_date": Fact(p.run_date, "config"),
        "policy_id": Fact(p.policy.id, "config"),
        "policy_digest": Fact(p.policy_digest, "config"),
        "population": Fact(p.budget.population, "config"),
        "snapshot": Fact(p.policy.source.snapshot, "config"),
        "ledger_head": Fact(p.budget.ledger_head, "config"),
        "ledger_sequence": Fact(p.budget.ledger_sequence, "config"),
        "throw_away_ledger": Fact(p.budget.throw_away, "config"),
        "rehearsal": Fact(p.rehearsal, "config"),
        "noise_is_private": Fact(p.noise_is_private, "config"),
    }


def purpose(p: Published) -> dict[str, Any]:
    """Who is responsible, and what the release is for."""
    policy = p.policy
    return {
        "title": Fact(dict(policy.title), "config"),
        "controller": Fact(policy.legal.controller, "config"),
        "purpose": Fact(dict(policy.legal.purpose), "config"),
        "basis": Fact(list(policy.legal.basis), "config"),
        "dpia": Fact(policy.legal.dpia, "config"),
        "audience": Fact(policy.release.audience, "config"),
        "recipients": Fact(None if policy.release.recipients is None else dict(policy.release.recipients), "config"),
        "product": Fact(policy.release.product, "config"),
        "languages": Fact(list(policy.release.languages), "config"),
        "binding_language": Fact(policy.release.binding_language, "config"),
    }


def contents(p: Published) -> dict[str, Any]:
    """Size and shape of what leaves, and of what it was made from."""
    table, tables = p.policy.table, p.policy.tables
    released = [c for t in tables.values() for c in t.modelled.values()]
    return {
        "table": Fact(p.policy.table_name, "config"),
        "tables": [_table(p, name) for name in tables],
        "columns": Fact(len(released), "config"),
        "levels": Fact(sum(a.size for a in p.in_files), "config"),
        "dates_in_order": Fact([_named(p, n, t.order_by) for n, t in tables.items() if t.order_by], "config"),
        "columns_never_read": Fact(
            [_named(p, name, c) for name, t in tables.items() for c, d in t.columns.items() if _is_dropped(d)], "config"
        ),
        "unit_key": Fact(table.unit_key, "config"),
        "synthetic_rows": Fact(p.released_rows, "synthetic"),
        "source_rows": Fact(p.source_rows, "dp", _sd(p)),
        "people": _people(p),
        "mechanism": Fact(p.measured.mechanism, "post" if p.candidates else "config"),
        "sensitive": Fact(sum(c.role == "sensitive" for c in released), "config"),
        "binned": Fact(sum(_is_binned(a) for a in p.in_files), "config"),
        "rules": Fact(sum(len(t.rules) for t in tables.values()), "config"),
        "row_ratio": Fact(p.policy.synthesis.rows.ratio, "config"),
        "recognise": Fact(sum(c.role == "quasi_identifier" for c in released), "config"),
        **_waves(p),
    }


def _waves(p: Published) -> dict[str, Any]:
    """What a fixed panel has besides."""
    if p.laid_out is None:
        return {}
    panel = p.laid_out.panel
    return {
        "waves": {
            "column": Fact(panel.column, "config"),
            "labels": Fact(list(panel.labels), "config"),
            "constant": Fact(list(panel.constant), "config"),
            "people": Fact(p.synthetic_rows, "synthetic"),
        }
    }


def _table(p: Published, name: str) -> dict[str, Any]:
    """Size of one of the tables."""
    table, view = p.policy.tables[name], next(v for v in p.views if v.table == name)
    return {
        "name": Fact(name, "config"),
        "columns": Fact(len(table.modelled), "config"),
        "rows_per_unit": Fact(view.rows_per_unit, "config"),
        "synthetic_rows": Fact(view.synthetic_rows if p.several else p.released_rows, "synthetic"),
        "source_rows": Fact(view.total if p.several else p.source_rows, "dp", _sd(p, view)),
    }


def _sd(p: Published, view: View | None = None) -> float:
    """The noise in the number of rows of a table, or of all of them."""
    if p.laid_out is not None:
        return float(sum(m.sigma**2 for m in p.present) ** 0.5)
    views = p.views if view is None else (view,)
    return float(sum(_total_sd(v.measured) ** 2 for v in views if v.table in p.policy.tables) ** 0.5)


def _people(p: Published) -> Fact:
    """Noisy number of people that were trained on, where rows belong together; otherwise nobody counted them."""
    if p.laid_out is not None:
        return Fact(p.total, "dp", _total_sd(p.measured))
    if not p.several:
        return Fact(None, "config")
    return Fact(p.several[0].total, "dp", _total_sd(p.several[0].measured))


def _is_dropped(declared: object) -> bool:
    return isinstance(declared, DroppedColumn)


def _named(p: Published, table: str, column: str) -> str:
    """A column, with its table where there are several."""
    return f"{table}.{column}" if len(p.policy.tables) > 1 else column


def _is_binned(a: Attribute) -> bool:
    """Whether a column holds numbers in bins, some of them with more than one value."""
    return isinstance(a, Grid) and a.form is None and a.widest > 1


def sign_off(p: Published) -> dict[str, Any]:
    """Who must sign before the release may leave."""
    rules = p.policy.signoff
    return {
        "output_checkers": Fact(rules.output_checkers, "config"),
        "dpo_opinion": Fact(rules.dpo_opinion, "config"),
        "valid_days": Fact(rules.valid_days, "config"),
        "signers": {role: Fact(list(names), "config") for role, names in rules.signers},
    }


def provenance(p: Published) -> dict[str, Any]:
    """What made the release."""
    return {
        "sampler": Fact(p.provenance.sampler, "config"),
        "code_digest": Fact(p.provenance.code_digest, "config"),
        "versions": Fact(dict(sorted(p.provenance.versions.items())), "config"),
        "data_files": [
            {"path": Fact(path, "config"), "sha256": Fact(digest, "synthetic")} for path, digest in p.data_files
        ],
    }


def unprotected(p: Published) -> dict[str, Any]:
    """What the guarantee does not cover, beyond what no such guarantee can."""
    holdout = p.policy.source.holdout
    return {
        "statements": Fact(list(p.unprotected), "config"),
        "invariants": Fact([{"fact": i.fact, "citation": i.citation} for i in p.policy.privacy.invariants], "config"),
        "holdout_share": Fact(holdout.share, "config"),
        "normalise": Fact(
            next(c.normalise for c in p.policy.table.columns.values() if isinstance(c, UnitKey)), "config"
        ),
    }


def _total_sd(measured: Measurements) -> float:
    """The noise in the number of rows: a question of its own, or the inverse-variance mean of the marginals' sums."""
    own = [m.sigma for m in measured.marginals if not m.clique]
    if measured.rows is not None and own:
        return float(own[0])
    return float(sum(1 / (m.values.size * m.sigma**2) for m in measured.marginals) ** -0.5)
