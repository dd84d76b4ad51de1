"""How often each interval of the attacks holds the truth.

python benchmarks/intervals.py [--draws 1000] [--json FILE]

Shares are counted out over all outcomes, so their coverage is exact. Everything else is drawn: scores of known laws,
and whole games of an attack on invented people, where members, held-out people and release are drawn anew each time.
Where a game has no closed form, the mean of its values is the truth.

Powers are in the table too: `detectable` is what a test finds with the probability `statistics.POWER`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

# Before numpy is loaded: on a busy machine its threads mostly wait for each other.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
from scipy.stats import binom, norm

from dpsynth.attacks import statistics
from dpsynth.attacks.base import Evidence, Interval, Settings
from dpsynth.attacks.excess import excess
from dpsynth.attacks.focal import Focal, Outsider
from dpsynth.attacks.inference import Inference
from dpsynth.attacks.singling_out import SinglingOut
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.testing.attacks import plain_domain

NOMINAL = 0.95
SIZES = ((5000, 300), (5000, 600), (1000, 1000), (200, 40))
"""Members and held-out people."""
AREAS = (0.5, 0.6, 0.8)
SHARES = (0.0, 0.01, 0.1, 0.5)
EXCESSES = (0.0, 0.01, 0.1)
NEGLIGIBLE = 1e-10
RARE = 1e-4


@dataclass(frozen=True)
class Row:
    """One interval in one setting.

    Attributes:
        interval: which.
        setting: numbers of people and the truth.
        nominal: what is promised.
        coverage: how often the interval holds the truth; of a power, how often the leak is found.
        below, above: how often the whole interval lies below the truth, and above it.
        conservative: whether the construction promises at least the nominal coverage.
        draws: how many games were played; None: all outcomes, weighted by their probabilities.
    """

    interval: str
    setting: str
    nominal: float
    coverage: float
    below: float
    above: float
    conservative: bool
    draws: int | None


def drawn(name: str, setting: str, found: list[Interval], truth: float, conservative: bool = False) -> Row:
    """A row from intervals."""
    low, high = (np.array([getattr(i, side) for i in found]) for side in ("low", "high"))
    below, above = float((high < truth).mean()), float((low > truth).mean())
    return Row(name, setting, NOMINAL, 1 - below - above, below, above, conservative, len(found))


def areas(draws: int, rng: np.random.Generator) -> Iterator[Row]:
    """The AUC's interval on normal scores, as they are and rounded to few values."""
    for n, m in SIZES:
        for area in AREAS:
            for step in (0.0, 1.0):
                shift = float(np.sqrt(2) * norm.ppf(area))
                found = [
                    statistics.auc_interval(_scores(shift, n, step, rng), _scores(0.0, m, step, rng), NOMINAL)
                    for _ in range(draws)
                ]
                truth = area if step == 0 else _rounded_area(shift, step)
                yield drawn("auc_interval", f"{n}/{m}, {truth:.3f}{', ties' if step else ''}", found, truth)


def nearly_equal() -> Iterator[Row]:
    """The AUC's interval where few scores differ from all others, without a leak: all outcomes of two values."""
    for n, m in SIZES:
        for share in (0.001, 0.01):
            (hits, p), (control, q) = _outcomes(n, share), _outcomes(m, share)
            below = above = 0.0
            for members, of_member in zip(hits[p > RARE], p[p > RARE], strict=True):
                for accused, of_control in zip(control[q > RARE], q[q > RARE], strict=True):
                    scores = np.arange(n) < members, np.arange(m) < accused
                    limits = statistics.auc_interval(*(s.astype(float) for s in scores), NOMINAL)
                    below += float(of_member * of_control) * (limits.high < 0.5)
                    above += float(of_member * of_control) * (limits.low > 0.5)
            setting = f"{n}/{m}, 0.500, all but {share:g} tied"
            yield Row("auc_interval", setting, NOMINAL, 1 - below - above, below, above, False, None)


def _scores(shift: float, n: int, step: float, rng: np.random.Generator) -> np.ndarray:
    scores = rng.normal(shift, 1, n)
    return np.rint(scores / step) * step if step else scores


def _rounded_area(shift: float, step: float) -> float:
    """P(higher) + P(tie)/2 of two rounded normal numbers."""
    values = np.arange(-round(10 / step), round(10 / step) + 2) * step
    of_member, of_control = (np.diff(norm.cdf(values - s - step / 2)) for s in (shift, 0.0))
    below = np.concatenate([[0], np.cumsum(of_control)[:-1]])
    return float((of_member * (below + of_control / 2)).sum())


def thresholds(draws: int, rng: np.random.Generator) -> Iterator[Row]:
    """The share of innocent people above the threshold that the same people set."""
    for _, m in SIZES:
        for rate in (0.1, 0.01):
            missed = []
            for _ in range(draws):
                control = rng.normal(0, 1, m)
                limit = statistics.threshold(control, rate)
                found = statistics.clopper_pearson(int((control > limit).sum()), m, NOMINAL)
                missed.append((found.high < norm.sf(limit), found.low > norm.sf(limit)))
            below, above = np.mean(missed, axis=0).tolist()
            yield Row("operating point", f"{m} at {rate:g}", NOMINAL, 1 - below - above, below, above, True, draws)


def shares() -> Iterator[Row]:
    """Intervals of one share, and of the difference of two: all outcomes."""
    for n in (300, 600, 5000):
        for share in SHARES:
            yield _one("clopper_pearson", n, share, statistics.clopper_pearson, True)
            yield _one("wilson", n, share, lambda k, n, c: statistics.wilson(k / n, n, c), False)
    for n, m in SIZES:
        for share in SHARES:
            for more in EXCESSES:
                yield _difference(n, m, share, more)


def _one(name: str, n: int, share: float, interval: Callable[[int, int, float], Interval], conservative: bool) -> Row:
    outcomes, weights = _outcomes(n, share)
    limits = [interval(int(k), n, NOMINAL) for k in outcomes]
    below = float(weights[[i.high < share for i in limits]].sum())
    above = float(weights[[i.low > share for i in limits]].sum())
    return Row(name, f"{n}, share {share:g}", NOMINAL, 1 - below - above, below, above, conservative, None)


def _difference(n: int, m: int, share: float, more: float) -> Row:
    (hits, p), (control, q) = _outcomes(n, share + more), _outcomes(m, share)
    low, high = statistics.excess_limits(np.repeat(hits, len(q)), n, np.tile(control, len(p)), m, NOMINAL)
    weights = np.outer(p, q).ravel()
    below, above = float(weights[high < more - 1e-12].sum()), float(weights[low > more + 1e-12].sum())
    setting = f"{n}/{m}, share {share:g}, excess {more:g}"
    return Row("excess_interval", setting, NOMINAL, 1 - below - above, below, above, False, None)


def _outcomes(n: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    weights = binom.pmf(np.arange(n + 1), n, share)
    some = weights > NEGLIGIBLE
    return np.flatnonzero(some), weights[some] / weights[some].sum()


def precisions(draws: int, rng: np.random.Generator) -> Iterator[Row]:
    """The difference of precisions where the numbers of claims are chance too, as in `inference`."""
    for n, m in ((1000, 300), (1000, 600)):
        for claimed in (0.05, 0.5):
            for right, more in ((0.5, 0.0), (0.8, 0.1), (0.95, 0.0)):
                found = []
                for _ in range(draws):
                    claims, others = rng.binomial(n, claimed), rng.binomial(m, claimed)
                    flags = rng.random(claims) < right + more, rng.random(others) < right
                    found.append(excess(*flags, NOMINAL)[1])
                setting = f"{n}/{m}, claimed {claimed:g}, precision {right:g}, excess {more:g}"
                yield drawn("excess precision", setting, found, more)


def powers(draws: int, rng: np.random.Generator) -> Iterator[Row]:
    """How often the smallest detectable leak is found."""
    for n, m in SIZES:
        area = statistics.detectable_auc(n, m, NOMINAL)
        if area < 1:
            shift, found = float(np.sqrt(2) * norm.ppf(area)), []
            for _ in range(draws):
                scores = rng.normal(shift, 1, n), rng.normal(0, 1, m)
                found.append(statistics.auc_interval(*scores, NOMINAL).low > 0.5)
            yield _power("detectable_auc", f"{n}/{m}", float(np.mean(found)), draws)
        for share in SHARES:
            base = (round(m * share) + 0.5) / (m + 1)
            more = statistics.detectable_excess(n, round(m * share), m, NOMINAL)
            if more < 1:
                (hits, p), (control, q) = _outcomes(n, base + more), _outcomes(m, base)
                low, _ = statistics.excess_limits(np.repeat(hits, len(q)), n, np.tile(control, len(p)), m, NOMINAL)
                reached = float(np.outer(p, q).ravel()[low > 0].sum())
                yield _power("detectable_excess", f"{n}/{m}, share {share:g}", reached, None)


def _power(name: str, setting: str, found: float, draws: int | None) -> Row:
    return Row(name, setting, statistics.POWER, found, 0.0, 0.0, False, draws)


DOMAIN = plain_domain(*[8] * 5)
SETTINGS = Settings(NOMINAL, 0.01, 1)


def chain(people: int, rng: np.random.Generator) -> Units:
    """People with one row each, whose columns depend on their neighbours."""
    codes = np.zeros((people, len(DOMAIN.attributes)), np.int64)
    codes[:, 0] = rng.integers(0, 8, people)
    for c in range(1, codes.shape[1]):
        codes[:, c] = (codes[:, c - 1] + np.minimum(rng.geometric(0.5, people) - 1, 7)) % 8
    return Units(codes.astype(np.uint16), np.arange(people), people)


def of_others(members: Units, rng: np.random.Generator) -> Codes:
    """Nothing leaks."""
    return chain(members.size, rng).codes


def a_fifth(members: Units, rng: np.random.Generator) -> Codes:
    """A fifth of the rows are members'."""
    codes = of_others(members, rng)
    codes[: len(codes) // 5] = members.codes[rng.permutation(members.rows)[: len(codes) // 5]]
    return codes


def games(draws: int, rng: np.random.Generator) -> Iterator[Row]:
    """Attacks whose trials are not simply independent: whole games."""

    def scored(attack: Focal) -> Callable[[Evidence, np.random.Generator], tuple[float, Interval]]:
        def play(game: Evidence, rng: np.random.Generator) -> tuple[float, Interval]:
            scores = attack.scores(game, rng)
            return attack.estimate(scores.members, scores.held_out, NOMINAL)

        return play

    def singled(game: Evidence, rng: np.random.Generator) -> tuple[float, Interval]:
        return SinglingOut().estimate(game, SETTINGS, rng)

    played: tuple[tuple[str, float, tuple[int, int, int], Callable], ...] = (
        ("focal", 0.5, (600, 60, 60), scored(Focal())),
        ("focal", 0.5, (200, 100, 100), scored(Focal())),
        ("focal_outsider", 0.5, (600, 100, 100), scored(Outsider())),
        ("singling_out", 0.0, (300, 30, 30), singled),
        ("singling_out", 0.0, (150, 75, 75), singled),
        ("inference", 0.0, (300, 75, 75), lambda game, rng: Inference().estimate(game, SETTINGS, rng)),
    )
    for name, none, sizes, play in played:
        for release in (of_others, a_fifth):
            values, found = [], []
            for _ in range(draws):
                members, reference, control = (chain(n, rng) for n in sizes)
                value, interval = play(Evidence(DOMAIN, members, reference, control, release(members, rng)), rng)
                values.append(value)
                found.append(interval)
            truth = none if release is of_others else float(np.mean(values))
            setting = f"{sizes[0]}/{sizes[1]}+{sizes[2]}, {release.__name__.replace('_', ' ')}"
            yield drawn(f"game of {name}", setting, found, truth)


def main() -> None:
    """Prints the table and writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    draws, rng = chosen.draws, np.random.default_rng(0)
    head = ("interval", "setting", "nominal", "coverage", "below", "above", "conservative", "draws")
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    rows = []
    parts = (
        areas(draws, rng),
        nearly_equal(),
        thresholds(draws, rng),
        shares(),
        precisions(draws, rng),
        powers(draws, rng),
    )
    for part in (*parts, games(draws, rng)):
        for row in part:
            rows.append(row)
            numbers = f"{row.nominal:.2f} | {row.coverage:.3f} | {row.below:.3f} | {row.above:.3f}"
            promise, how = "by construction" if row.conservative else "", row.draws or "all outcomes"
            print(f"| {row.interval} | {row.setting} | {numbers} | {promise} | {how} |", flush=True)
    print(f"\n{time.process_time():.0f} CPU seconds")
    if chosen.json:
        written = {"coverage": [asdict(row) for row in rows], "cpu_seconds": round(time.process_time(), 1)}
        chosen.json.write_text(json.dumps(written, indent=1) + "\n")


if __name__ == "__main__":
    main()
