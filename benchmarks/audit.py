"""Does the audit catch known mistakes, and only those? python benchmarks/audit.py [--quick] --json FILE.

Writes {"clean": {"rejected", ...}, "mutants": [{"name", "rejected", ...}], "false_alarms": {...}}. The false alarms are
audits of a flawless mechanism: likelihood ratios drawn from the exact model, with the product's noise in some of them.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest

from dpsynth.audit import standard
from dpsynth.audit.cases import cases
from dpsynth.audit.game import Game, play, workers
from dpsynth.audit.result import FAMILY, AuditResult, Line
from dpsynth.audit.route import Route
from dpsynth.audit.suite import MECHANISMS, MUTATED, line_of, mutant_games
from dpsynth.audit.trade_off import compare
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon


def shown(result: AuditResult, one: Line) -> dict[str, Any]:
    return {"name": one.route, "mechanism": one.mechanism, "rejected": result.rejected(one), **asdict(one.found)}


def false_alarms(repeats: int, with_noise: int, runs: int) -> dict[str, Any]:
    """Audits that cannot find anything: how many alarm all the same, against 0.1 %."""
    rng = np.random.default_rng(0)
    guarantee = accountant.compose(
        standard.setting(MUTATED)
        .synthesizer.calibrate(
            accountant.calibrate(Epsilon(standard.EPSILON), Delta(standard.DELTA)), standard.setting(MUTATED).task()
        )
        .event
    )
    mu = guarantee.mu.value
    p_values = [
        compare(rng.normal(-(mu**2) / 2, mu, runs), rng.normal(mu**2 / 2, mu, runs), guarantee, standard.DELTA).p_value
        for _ in range(repeats - with_noise)
    ]
    game = product(MUTATED, runs)
    with workers() as pool:
        p_values += [found.p_value for found in play([game] * with_noise, pool)]
    alarms = sum(p <= FAMILY for p in p_values)
    return {
        "repeats": repeats,
        "with_product_noise": with_noise,
        "runs": runs,
        "alarms": alarms,
        "smallest_p": min(p_values),
        "p_value": binomtest(alarms, repeats, FAMILY, alternative="greater").pvalue,
    }


def product(mechanism: str, runs: int) -> Game:
    setting = standard.setting(mechanism)
    return Game(setting, cases(setting)[0], Route(), standard.EPSILON, runs, whole=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs, under 50 seconds")
    parser.add_argument("--json", type=Path, required=True)
    args = parser.parse_args()
    runs = 2_000 if args.quick else 4_000
    mechanisms = ("clique_tree", MUTATED) if args.quick else MECHANISMS
    clean, seconds = [], {}
    with workers() as pool:
        for name in mechanisms:
            start = time.perf_counter()
            clean.append(line_of(game := product(name, runs), play([game], pool)[0]))
            seconds[name] = round(time.perf_counter() - start, 1)
        games = mutant_games(runs)
        mutants = [line_of(g, found) for g, found in zip(games, play(games, pool), strict=True)]
    result = AuditResult("", standard.DELTA, tuple(clean), tuple(mutants))
    value = {
        "clean": {
            "rejected": bool(result.contradicted),
            "runs": runs,
            "epsilon": standard.EPSILON,
            "seconds": seconds,
            "games": [shown(result, one) for one in clean],
        },
        "mutants": [shown(result, one) for one in mutants],
        "false_alarms": false_alarms(200 if args.quick else 1_000, 2 if args.quick else 20, runs),
    }
    for one in (*value["clean"]["games"], *value["mutants"]):
        one["estimated_mu"] = min(one["estimated_mu"], 1e300)
        print(
            f"{one['name']:<24}{one['mechanism']:<13}claimed {one['claimed_mu']:.3f} estimated "
            f"{one['estimated_mu']:<9.3g} p {one['p_value']:<9.2g}{'rejected' if one['rejected'] else ''}"
        )
    print(value["false_alarms"])
    args.json.write_text(json.dumps(value, indent=2) + "\n")


if __name__ == "__main__":
    main()
