"""How close the synthetic table is to the noisy answers, and what follows for its use."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from dpsynth.domain.attribute import Attribute
from dpsynth.policy.judging import Threshold
from dpsynth.report.facts import Fact, Origin
from dpsynth.report.inputs import Published, View
from dpsynth.report.numbers.columns import distance
from dpsynth.synth.clip_bias import clip_bias

if TYPE_CHECKING:
    from dpsynth.utility.error_bars import Kind
    from dpsynth.utility.marginals import MarginalError

Fitness = Literal["fit", "near", "care", "unfit", "unknown"]
"""near: under the limit, and within the noise of it."""

KINDS: tuple[Kind, ...] = ("one_way", "measured", "scored")
SHOWN = 10
"""Longest list of pairs that failed a check."""
CHANCE = 0.01
"""Probability that noise alone makes any of a view's tables look as if clipping had taken some of it."""
CLEAR = 2.0
"""A mean is clearly below a limit if it stays there after adding this many noise standard deviations."""
FAR = 5.0
"""A column is far if it is over the limit by more than noise explains, with so many standard deviations on top."""


def usefulness(p: Published) -> dict[str, Any]:
    """Public figures: free ones, and the one that was paid for."""
    limit = p.policy.thresholds.mean_tvd_two_way
    two_way = two_way_figure(p)
    far = [a.name for v in p.views for a in v.columns if _is_far(v, a, limit)]
    return {
        "free_one_way": error(p.free_one_way, "post"),
        "free_two_way": error(p.free_two_way, "post"),
        "paid_two_way": Fact(None, "config") if p.paid_two_way is None else error(p.paid_two_way, "dp"),
        "all_pairs": Fact(sum(v.pairs for v in p.views), "config"),
        "far": Fact(far, "post"),
        "one_way_fitness": Fact(_at_most_care(fitness(p.free_one_way, limit), far), "post"),
        "two_way_fitness": Fact("unknown" if two_way is None else fitness(two_way, limit), "post"),
        "bars": _bars(p),
        "dependence": _dependence(p),
        "clips": [_clip(p, v) for v in p.views if v.measured.reach is not None],
    }


def _bars(p: Published) -> dict[str, Any]:
    """Upper bounds on the error of single tables: how many, the median and the largest of each kind."""
    if p.bars is None:
        return {"kinds": [], "confidence": Fact(0.0, "config"), "clipped": Fact(False, "config")}
    kinds = []
    for kind in KINDS:
        number, middle, largest = p.bars.of(kind)
        if number:
            entry = {"number": number, "median": middle, "largest": largest}
            name = "pairs" if kind == "measured" and _only_pairs(p) else kind
            kinds.append({"kind": Fact(name, "config"), **{k: Fact(v, "post") for k, v in entry.items()}})
    return {
        "kinds": kinds,
        "confidence": Fact(p.bars.confidence, "config"),
        "clipped": Fact(p.bars.clipped, "config"),
    }


def _only_pairs(p: Published) -> bool:
    """Whether no table of three or more columns was measured."""
    return all(len(m.clique) <= 2 for v in p.views for m in v.measured.marginals)


def _dependence(p: Published) -> dict[str, Any]:
    """Pairs that are more dependent in the synthetic table than the noisy answers allow."""
    if p.dependence is None:
        return {"checked": Fact(0, "config"), "failed": Fact(0, "config"), "invented": []}
    return {
        "checked": Fact(p.dependence.checked, "post"),
        "failed": Fact(len(p.dependence.invented), "post"),
        "invented": [
            {
                "clique": Fact(list(i.clique), "post"),
                "synthetic": Fact(i.synthetic, "synthetic"),
                "allowed": Fact(i.allowed, "post"),
            }
            for i in p.dependence.invented[:SHOWN]
        ],
    }


def _clip(p: Published, v: View) -> dict[str, Any]:
    """Where clipping began and what it hides at most, from noisy counts."""
    return {
        "table": Fact(v.table if p.several else None, "config"),
        "reach": Fact(v.measured.reach, "post"),
        "lost": Fact(min(1.0, v.measured.lost), "post"),
        "worst": _most_clipped(v),
    }


def _most_clipped(v: View) -> dict[str, Any] | Fact:
    """The table of counts that clipping took most of; None where noise leaves no such table to be told.

    Of many tables that lost nothing one stands out by chance, so the limit is that of all of them together.
    """
    found = clip_bias(v.measured)
    limit = NormalDist().inv_cdf(1 - CHANCE / max(1, len(found)))
    clear = [bias for bias in found if bias.lost > limit * bias.sigma]
    if not clear:
        return Fact(None, "post")
    worst = max(clear, key=lambda bias: bias.lost)
    return {
        "clique": Fact(list(worst.clique), "post"),
        "lost": Fact(min(1.0, worst.lost), "post", noise_sd=worst.sigma),
    }


def two_way_figure(p: Published) -> MarginalError | None:
    """The figure that the verdict uses: the paid one if there is one, else the free one, if any pair was measured."""
    if p.paid_two_way is not None:
        return p.paid_two_way
    return p.free_two_way if p.free_two_way.marginals else None


def fitness(figure: MarginalError, limit: Threshold) -> Fitness:
    """What the policy's limit says about a mean distance."""
    if figure.marginals == 0:
        return "unknown"
    if figure.mean <= limit.pass_:
        return "fit" if figure.mean + CLEAR * figure.noise_sd <= limit.pass_ else "near"
    return "care" if figure.mean <= limit.review else "unfit"


def _at_most_care(found: Fitness, far: list[str]) -> Fitness:
    """A mean over many columns hides one of them that is wrong."""
    return "care" if far and found in ("fit", "near") else found


def _is_far(v: View, a: Attribute, limit: Threshold) -> bool:
    """Whether a column is further from its noisy counts than the limit for pairs and noise together allow.

    The variance of |N(0, sigma^2)| is sigma^2 (1 - 2/pi).
    """
    one_way, scale = v.measured.one_way(a.name), max(1.0, v.total)
    spread = one_way.sigma * math.sqrt(a.size * (1 - 2 / math.pi)) / (2 * scale)
    return distance(v, a) > limit.pass_ + one_way.floor(scale) + FAR * spread


def error(e: MarginalError, origin: Origin) -> dict[str, Any]:
    """A mean distance with its noise, its floor and its worst marginals."""
    return {
        "ways": Fact(e.ways, "config"),
        "marginals": Fact(e.marginals, origin),
        "mean": Fact(e.mean, origin, e.noise_sd if origin == "dp" else None),
        "floor": Fact(e.floor, origin),
        "worst": Fact([{"clique": list(clique), "distance": d} for clique, d in e.worst], origin),
    }
