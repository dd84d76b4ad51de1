"""Several tables on a simulated cohort whose law is known (`cohort.py`): how near the synthetic tables come.

    python benchmarks/relational.py [--quick] [--scales] [--people N] [--epsilon E] [--seeds K] --json FILE

Prints and writes the distances of 5,000 people at epsilon 3 (delta 1e-6), by default the mean of twelve runs; with
--quick one run. Noise is drawn like in a release. All numbers are computed from real rows of an invented cohort:
`integrity` is the share of rows whose references, order and dates hold, `row_total_error` the relative error of the
number of laboratory rows a person, `lag1` the correlation of a value with the last one of the same code, `lag1_within`
the same after the mean of each code is taken away, `tvd` total variation distances of rows, `zero_share_error` the
difference in the share of people without laboratory rows.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cohort
import numpy as np

from dpsynth.data.examples import open_table
from dpsynth.data.family import BoundedFamily, open_family
from dpsynth.domain.deriving import NO_DAY, view_of_people, view_of_rows
from dpsynth.domain.family import Family
from dpsynth.policy.load import load
from dpsynth.privacy import accountant, events
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.dates import day_numbers
from dpsynth.synth.relational.mechanism import Measurers, RelationalMechanism, calibrate
from dpsynth.synth.relational.model import Synthetic

LABS = "lab_results"


def measurers(mechanism: RelationalMechanism, bounded: BoundedFamily) -> Measurers:
    def curator(units, view, most, event) -> Curator:
        granted = sum(leaf.mu_squared for leaf in events.flatten(event))
        return Curator(units, view, most, granted, events.cells(event), DiscreteGaussian())

    family, train = mechanism.family, bounded.train
    rows = {
        t.name: curator(train.rows[t.name], t.counted, t.at_most, mechanism.rows[t.name].event) for t in family.rows
    }
    return Measurers(curator(train.people, family.view, 1, mechanism.people.event), rows)


def run(folder: Path, people: int, epsilon: float, seed: int, scales: bool = False) -> dict:
    """One cohort, one release."""
    loaded = load(cohort.write(folder, people, epsilon, seed, scales))
    family = Family.from_policy(loaded)
    cpu = time.process_time()
    sources = {name: open_table(loaded.path_of(name)) for name in loaded.policy.tables}
    bounded = open_family(loaded, family, sources, os.urandom(32), lambda: None)
    mu = accountant.calibrate(Epsilon(epsilon), Delta(loaded.policy.privacy.delta))
    mechanism = calibrate(mu, family, loaded.policy.synthesis, {})
    measured = mechanism.measure(measurers(mechanism, bounded))
    model = mechanism.fit(measured)
    size = max(1, round(measured.people.total()))
    sample = model.sample(family, loaded.policy.tables, size, np.random.default_rng(seed))
    cpu = time.process_time() - cpu
    return judge(family, bounded, sample, size) | {"cpu_s": cpu}


def judge(family: Family, bounded: BoundedFamily, sample: Synthetic, size: int) -> dict:
    labs, real = family[LABS], bounded.train.rows[LABS]
    people = view_of_people(family, sample.coded)
    made = view_of_rows(family, labs, sample.coded, people)
    value, code, disease = f"{LABS}.value", f"{LABS}.code", "patients.disease"

    def tvd(clique: tuple[str, ...]) -> float:
        shares = []
        for codes in (real.codes, made):
            at = [codes[:, labs.view.index(n)] for n in clique]
            cell = np.ravel_multi_index(at, [labs.view.sizes[n] for n in clique])
            shares.append(np.bincount(cell, minlength=labs.view.cells(clique)) / max(1, len(codes)))
        return float(np.abs(shares[0] - shares[1]).sum() / 2)

    def lag(codes: np.ndarray) -> float:
        now, before = (codes[:, labs.view.index(n)] for n in (value, f"{LABS}:previous(value, same code)"))
        both = (now < labs.codec["value"].missing) & (before < labs.codec["value"].missing)
        return float(np.corrcoef(now[both], before[both])[0, 1])

    def lag_within(codes: np.ndarray) -> float:
        now, before, of = (codes[:, labs.view.index(n)] for n in (value, f"{LABS}:previous(value, same code)", code))
        both = (now < labs.codec["value"].missing) & (before < labs.codec["value"].missing)
        of, levels = of[both], [now[both].astype(float), before[both].astype(float)]
        rows = np.maximum(1, np.bincount(of))
        return float(np.corrcoef(*(x - (np.bincount(of, x) / rows)[of] for x in levels))[0, 1])

    def mean_difference(codes: np.ndarray) -> float:
        """Level of values of people with a disease less that of the others: what a parent says about its rows."""
        sick, level = codes[:, labs.view.index(disease)] > 0, codes[:, labs.view.index(value)].astype(float)
        return float(level[sick].mean() - level[~sick].mean())

    def zero(owner: np.ndarray, persons: int) -> float:
        return 1 - len(np.unique(owner)) / persons

    own = sample.coded.rows[LABS]
    return {
        "integrity": integrity(family, sample),
        "row_total_error": len(made) / size / (real.rows / bounded.train.size) - 1,
        "lag1_real": lag(real.codes),
        "lag1_synthetic": lag(made),
        "lag1_within_real": lag_within(real.codes),
        "lag1_within_synthetic": lag_within(made),
        "tvd": {
            "code": tvd((code,)),
            "value": tvd((value,)),
            "code_value": tvd((code, value)),
            "disease_code": tvd((disease, code)),
            "disease_value": tvd((disease, value)),
            "gap": tvd((f"{LABS}:gap",)),
        },
        "parent_child": {"real": mean_difference(real.codes), "synthetic": mean_difference(made)},
        "zero_share_error": zero(own.owner, size) - zero(real.owner, bounded.train.size),
    }


def integrity(family: Family, sample: Synthetic) -> float:
    """Share of rows whose person exists, and whose date lies in the window, after the row before and before death."""
    good = total = 0
    died, born = (day_numbers(sample.cells["patients"][c]) for c in ("died", "born"))
    assert family.window is not None
    for rows in family.rows:
        own = sample.coded.rows[rows.name]
        who, day = own.owner, own.day
        holds = (who >= 0) & (who < sample.coded.size) & (day != NO_DAY)
        holds &= (day >= family.window[0]) & (day <= family.window[1]) & (day <= died[who]) & (day >= born[who])
        holds[1:] &= (who[1:] != who[:-1]) | (day[1:] >= day[:-1])
        holds &= np.bincount(who, minlength=sample.coded.size)[who] <= rows.at_most
        good, total = good + int(holds.sum()), total + len(who)
    return good / max(1, total)


def mean(results: list) -> object:
    if isinstance(results[0], dict):
        return {key: mean([r[key] for r in results]) for key in results[0]}
    return float(np.mean(results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one run instead of three")
    parser.add_argument("--scales", action="store_true", help="every code measures on a scale of its own")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--epsilon", type=float, default=3.0)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--json", type=Path, required=True)
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(1 if given.quick else given.seeds):
            results.append(run(Path(folder), given.people, given.epsilon, seed, given.scales))
    found = mean(results)
    assert isinstance(found, dict)
    found["row_total_error_each"] = [r["row_total_error"] for r in results]
    found |= {"people": given.people, "epsilon": given.epsilon, "runs": len(results), "cohort": cohort.PARAMETERS}
    found["scales"] = given.scales
    given.json.write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
