"""This release beside the one before it, from published values of both."""

from __future__ import annotations

from typing import Any

from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Previous, Published
from dpsynth.report.numbers.usefulness import two_way_figure


def comparison(p: Published) -> dict[str, Any]:
    """Both releases, and what changed in the policy; `previous` is null for a first release."""
    before = p.previous
    if before is None:
        return {"previous": Fact(None, "config")}
    figure = two_way_figure(p)
    now = Previous(
        p.release_id,
        p.run_date,
        p.policy_digest,
        p.measured.mechanism,
        p.epsilon,
        p.source_rows,
        p.released_rows,
        None if figure is None else figure.mean,
        p.paid_two_way is not None,
        p.domain.names,
    )
    return {
        "previous": _facts(before),
        "this": _facts(now),
        "same_policy": Fact(before.policy_digest == p.policy_digest, "config"),
        "added": Fact([name for name in now.columns if name not in before.columns], "config"),
        "removed": Fact([name for name in before.columns if name not in now.columns], "config"),
    }


def _facts(r: Previous) -> dict[str, Any]:
    return {
        "release_id": Fact(r.release_id, "config"),
        "run_date": Fact(r.run_date, "config"),
        "policy_digest": Fact(r.policy_digest, "config"),
        "mechanism": Fact(r.mechanism, "config"),
        "epsilon": Fact(r.epsilon, "config"),
        "columns": Fact(len(r.columns), "config"),
        "source_rows": Fact(r.source_rows, "dp"),
        "synthetic_rows": Fact(r.synthetic_rows, "synthetic"),
        "two_way": Fact(r.two_way, "dp" if r.paid else "post"),
        "paid": Fact(r.paid, "config"),
    }
