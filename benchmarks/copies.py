"""How often intervals from copies hold the truth, beside what people do without them.

    python benchmarks/copies.py [--quick] [--runs 200] [--people 1000 5000] [--epsilon 1 3] [--json FILE]

Everything that is estimated has a known true value: people come from a law that is written down below. Each run draws
new people, makes a release of them (`clique_tree`, delta 1e-5, OpenDP's noise), draws tables of as many rows as there
are people, and computes four 95 % intervals for each quantity:

- `people`: from the people themselves, which nobody outside sees: what is possible;
- `one_table`: from one synthetic table, taken for people;
- `plain`: from m tables of the one released model, by the combining rule: they share the privacy noise;
- `copies`: from m copies, by the same rule.

`coverage` is the share of runs in which the interval holds the true value, `width` is its mean width over that of
`people`, `bias` is the mean error of the estimate over the standard error of `people`. With 200 runs the standard
deviation of a coverage of 0.95 is 0.015.

The quantities: a mean (age), a frequent and a rare share (a diagnosis of 1 in 5, of 1 in 100), a share within a group,
and a logistic coefficient (of treatment on the outcome, given sex and age). Each setting is run with policies that
declare nothing about these analyses, the outcome as `target`, or the table of their four columns in `must_include`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import calibrate, compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.events import cells
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.sampling.combine import combine
from dpsynth.synth.bootstrap import noisier
from dpsynth.synth.clique_tree import CliqueTree
from dpsynth.synth.task import Task

SIZES = {"age": 10, "sex": 2, "diagnosis": 7, "treatment": 2, "outcome": 2}
DIAGNOSES = np.array([0.30, 0.24, 0.20, 0.15, 0.07, 0.03, 0.01])
AGES = 5.0 + 10 * np.arange(10)
QUANTITIES = ("mean", "share_frequent", "share_rare", "share_in_group", "coefficient")
TABLE = ("age", "sex", "treatment", "outcome")
POLICIES: dict[str, dict] = {"nothing": {}, "target": {"targets": ("outcome",)}, "table": {"must_include": (TABLE,)}}
"""What a policy declares about the analyses."""
WAYS = ("people", "one_table", "plain", "copies")


def law() -> np.ndarray:
    """Probability of every combination, in the order of `SIZES`."""
    age = np.exp(-(((AGES - 48) / 22) ** 2) / 2)
    joint = np.zeros(tuple(SIZES.values()))
    for a, s, d, t in np.ndindex(10, 2, 7, 2):
        lean = np.exp(0.02 * (AGES[a] - 48) * (d - 3) / 3)
        treated = 1 / (1 + np.exp(-(-0.3 + 0.25 * d - 0.5 * s)))
        base = age[a] * (0.52 if s else 0.48) * DIAGNOSES[d] * lean * (treated if t else 1 - treated)
        risk = 1 / (1 + np.exp(-(-1.2 - 0.7 * t + 0.4 * s + 0.03 * (AGES[a] - 48))))
        joint[a, s, d, t] = base * np.array([1 - risk, risk])
    return joint / joint.sum()


def domain() -> Domain:
    def column(name: str, size: int) -> Category:
        levels = tuple(map(str, range(size)))
        spelled = {level: code for code, level in enumerate(levels)}
        return Category(name, levels, None, None, (), frozenset(), spelled, 0, is_ordered=name == "age")

    return Domain(tuple(column(name, size) for name, size in SIZES.items()))


def counted(codes: np.ndarray) -> np.ndarray:
    flat = np.ravel_multi_index(tuple(codes.astype(np.int64).T), tuple(SIZES.values()))
    return np.bincount(flat, minlength=int(np.prod(list(SIZES.values())))).reshape(tuple(SIZES.values())).astype(float)


def analysed(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimates and squared standard errors of the quantities from a table of counts, as of independent people."""
    n = table.sum()
    age = table.sum(axis=(1, 2, 3, 4)) / n
    mean = age @ AGES
    found = [(mean, (age @ AGES**2 - mean**2) / n)]
    diagnosis = table.sum(axis=(0, 1, 3, 4))
    groups = [(diagnosis[2], n), (diagnosis[6], n), (table[7:, 1, :, 1].sum(), table[7:, 1].sum())]
    for hits, of in groups:
        share = hits / max(of, 1)
        found.append((share, max(share * (1 - share), 0.5 / max(of, 1)) / max(of, 1)))
    found.append(logistic(table.sum(axis=2)))
    return np.array([q for q, _ in found]), np.array([u for _, u in found])


def logistic(table: np.ndarray) -> tuple[float, float]:
    """Coefficient of treatment on the outcome given sex and age, and its variance.

    Args:
        table: counts of age x sex x treatment x outcome.
    """
    a, s, t = (axis.ravel() for axis in np.meshgrid((AGES - 48) / 10, [0, 1], [0, 1], indexing="ij"))
    x = np.stack([np.ones_like(a), t, s, a], axis=1)
    hits, of = table[..., 1].ravel(), table.sum(axis=3).ravel()
    beta = np.zeros(4)
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ beta))
        information = (x * (of * p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(4)
        step = np.linalg.solve(information, x.T @ (hits - of * p))
        beta += np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[1]), float(np.linalg.inv(information)[1, 1])


def one_run(joint: np.ndarray, people: int, mechanism, m: int, rng: np.random.Generator) -> dict[str, tuple]:
    """Way -> estimates, lower and upper limits."""
    flat = rng.choice(joint.size, people, p=joint.ravel())
    codes = np.stack(np.unravel_index(flat, joint.shape), axis=1).astype(np.uint16)
    units = Units(codes, np.arange(people), people)
    event = mechanism.event
    curator = Curator(
        units, mechanism.design.task.domain, 1, compose(event).mu_squared, cells(event), DiscreteGaussian()
    )
    measured = mechanism.measure(curator)
    model = mechanism.fit(measured)

    def table(source) -> tuple[np.ndarray, np.ndarray]:
        return analysed(counted(source.sample(people, rng, rounding=False)))

    def normal(q, u):
        return q, q - 1.96 * np.sqrt(u), q + 1.96 * np.sqrt(u)

    def combined(parts: Sequence) -> tuple:
        found = combine(
            [q for q, _ in parts], [u for _, u in parts], rows=people, trained_on=max(1.0, measured.total())
        )
        return (found.estimate, *found.interval())

    plain = [table(model) for _ in range(m)]
    copies = [table(mechanism.fit(noisier(measured, rng), measured)) for _ in range(m)]
    return {
        "people": normal(*analysed(counted(codes))),
        "one_table": normal(*plain[0]),
        "plain": combined(plain),
        "copies": combined(copies),
    }


def judged(people: int, epsilon: float, runs: int, m: int, policy: str, seed: int) -> dict:
    joint = law()
    truth = analysed(joint * 1e12)[0]
    mechanism = CliqueTree().calibrate(calibrate(Epsilon(epsilon), Delta(1e-5)), Task(domain(), **POLICIES[policy]))
    rng = np.random.default_rng(seed)
    cpu = time.process_time()
    all_runs = [one_run(joint, people, mechanism, m, rng) for _ in range(runs)]
    result: dict = {
        "people": people,
        "epsilon": epsilon,
        "declared": policy,
        "runs": runs,
        "tables": m,
        "ways": {},
    }
    widths = np.mean([run["people"][2] - run["people"][1] for run in all_runs], axis=0)
    for way in WAYS:
        q, low, high = (np.array([run[way][k] for run in all_runs]) for k in range(3))
        result["ways"][way] = {
            name: {
                "coverage": float(np.mean((low[:, k] <= truth[k]) & (truth[k] <= high[:, k]))),
                "width": float(np.mean(high[:, k] - low[:, k]) / widths[k]),
                "bias": float((np.mean(q[:, k]) - truth[k]) / (widths[k] / 3.92)),
            }
            for k, name in enumerate(QUANTITIES)
        }
    result["cpu_s"] = time.process_time() - cpu
    return result


def shown(result: dict) -> str:
    lines = [
        f"{result['people']} people, epsilon {result['epsilon']:g}, declared: {result['declared']}; "
        f"{result['runs']} runs, {result['tables']} tables or copies, {result['cpu_s']:.0f} CPU seconds",
        f"{'coverage (width, bias)':<24}" + "".join(f"{way:>22}" for way in WAYS),
    ]
    for name in QUANTITIES:
        cells_ = (result["ways"][way][name] for way in WAYS)
        lines.append(
            f"{name:<24}" + "".join(f"{c['coverage']:>8.3f} ({c['width']:>4.1f}, {c['bias']:>5.1f})" for c in cells_)
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--copies", type=int, default=10)
    parser.add_argument("--people", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--epsilon", type=float, nargs="+", default=[1.0, 3.0])
    parser.add_argument("--declared", choices=list(POLICIES), nargs="+", default=list(POLICIES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="40 runs of 2,000 people at epsilon 1, 5 copies")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    settings = [(p, e, name) for p in asked.people for e in asked.epsilon for name in asked.declared]
    runs, m = asked.runs, asked.copies
    if asked.quick:
        settings, runs, m = [(2000, 1.0, "table")], 40, 5
    results = []
    for people, epsilon, declared in settings:
        results.append(judged(people, epsilon, runs, m, declared, asked.seed))
        print(shown(results[-1]), flush=True)
        if asked.json:
            asked.json.write_text(json.dumps({"settings": results}, indent=1))


if __name__ == "__main__":
    main()
