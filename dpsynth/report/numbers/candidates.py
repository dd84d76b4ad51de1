"""Which of several mechanisms made the release, and what the others came to."""

from __future__ import annotations

from typing import Any

from dpsynth.report.facts import Fact
from dpsynth.report.inputs import Published


def candidates(p: Published) -> list[dict[str, Any]]:
    """Every mechanism that was trained, with its share of the budget and its charged distance; none where one was."""
    shares, budget = p.policy.synthesis.candidates or {}, p.policy.privacy.split.synthesis
    return [
        {
            "mechanism": Fact(c.measured.mechanism, "config"),
            "share": Fact(budget * shares[c.measured.mechanism], "config"),
            "distance": Fact(c.distance.mean, "dp", c.distance.noise_sd),
            "released": Fact(c.measured.mechanism == p.measured.mechanism, "post"),
        }
        for c in p.candidates
    ]
