"""What all releases about these people have cost together."""

from __future__ import annotations

from typing import Any

from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published


def spending(p: Published) -> dict[str, Any]:
    """The ledger's account, in rho (which adds up) and in epsilon (which people know)."""
    b = p.budget
    earlier = sum(e.rho for e in b.earlier if e.state != "void")
    total = earlier + b.rho_release
    return {
        "epsilon_limit": Fact(b.epsilon, "config"),
        "delta": Fact(b.delta, "config"),
        "rho_limit": Fact(b.rho, "config"),
        "rho_earlier": Fact(earlier, "config"),
        "rho_release": Fact(b.rho_release, "config"),
        "rho_total": Fact(total, "config"),
        "rho_left": Fact(b.rho_left, "config"),
        "epsilon_total": Fact(b.epsilon_of(total, b.order), "config"),
        "epsilon_release": Fact(b.epsilon_of(b.rho_release, b.release_order), "config"),
        "share_used": Fact(total / b.rho, "config"),
        "share_release": Fact(b.rho_release / b.rho, "config"),
        "share_left": Fact(max(0.0, b.rho_left / b.rho), "config"),
        "committed": Fact(sum(e.state == "committed" for e in b.earlier), "config"),
        "open": Fact(sum(e.state == "open" for e in b.earlier), "config"),
        "imported": Fact(sum(e.state == "imported" for e in b.earlier), "config"),
        "total_known": Fact(b.total_known, "config"),
        "void": Fact(sum(e.state == "void" for e in b.earlier), "config"),
        "earlier": [
            {
                "release_id": Fact(e.release_id, "config"),
                "date": Fact(e.date, "config"),
                "state": Fact(e.state, "config"),
                "rho": Fact(e.rho, "config"),
                "epsilon": Fact(e.epsilon, "config"),
                "known": Fact(e.known, "config"),
                "share": Fact(0.0 if e.state == "void" else e.rho / b.rho, "config"),
            }
            for e in b.earlier
        ],
        "changes": [
            {
                "date": Fact(c.date, "config"),
                "sequence": Fact(c.sequence, "config"),
                "kind": Fact(c.kind, "config"),
                "old_epsilon": Fact(c.old[0], "config"),
                "old_delta": Fact(c.old[1], "config"),
                "new_epsilon": Fact(c.new[0], "config"),
                "new_delta": Fact(c.new[1], "config"),
            }
            for c in b.changes
        ],
        "looks": Fact(b.looks, "config"),
    }
