"""A fixed panel in three layouts: one row a person, tables of people and years, rows that stand for themselves.

    python benchmarks/waves.py [--epsilon E ...] [--seeds K] [--layouts NAME ...] --json FILE

The RAND Health Insurance Experiment as `policies/rand_hie.yaml` declares it, delta 1e-6, with noise like in a release;
nearly everybody is trained on. `waves` is `layout: waves` with twelve constant columns and `max_model_cells: 1000000`;
`lagged` the same with `lagged: [drugdol, meddol]`; `small` as `waves` with 200,000; `aim` as `waves` with the mechanism
aim; `relational` a table of people and one of years, with values of the year before and summaries; `rows` one table of
at most five rows a person that stand for themselves.
All numbers are computed from real rows: `tvd1` and `tvd2` are mean total variation distances of rows over all columns
and pairs of columns, `lag1` correlations of a column with itself a year before (its levels in their order), `lag_error`
their mean absolute error, `lag_tvd` the mean distance of these tables of two years, `years_error` the relative error of
the number of rows a person, `cpu_s` seconds from reading to rows. Rows that stand for themselves belong to nobody: they
are dealt out to people at random, a person's years in their order.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import tempfile
import time
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd
import pyarrow as pa

from dpsynth.data.examples import open_table
from dpsynth.domain.domain import Domain
from dpsynth.policy.load import load
from dpsynth.privacy.journal import Unkept
from dpsynth.release.tables import synthetic_tables
from dpsynth.run.contents import Randomness, contents_of
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import plan
from dpsynth.run.setting import Setting

BASE = (Path(__file__).parent.parent / "policies" / "rand_hie.yaml").read_text()
CONSTANT = [
    *("site", "coins", "tookphys", "female", "black", "income", "educdec", "num", "mhi", "ghindx", "disea", "physlm"),
]
LAGGED = ["mdvis", "mentvis", "totadm", "outpdol", "drugdol", "inpdol", "meddol"]
EPOCH = 1974
"""Year 0 of the study, where years have to be dates."""


def policy(layout: str, epsilon: float) -> str:
    """The policy of one layout."""
    text = BASE.replace("  epsilon: 2\n", f"  epsilon: {epsilon:g}\n").replace(
        "lifetime: {epsilon: 5,", "lifetime: {epsilon: 50,"
    )
    text = text.replace("    synthesis: 0.95\n", "    synthesis: 1.0\n").replace(
        "    utility: 0.05 ", "    utility: 0.0 "
    )
    text = text.replace("    share: 0.1 ", "    share: 0.0001 ")
    if layout == "rows":
        return text
    if layout == "relational":
        return _two_tables(text)
    text = text.replace(
        "    file: example", f"    layout: waves\n    waves: {{column: year, constant: {CONSTANT}}}\n    file: example"
    )
    text = text.replace("max_rows_per_unit: 5", "max_rows_per_unit: 1").replace("'", "")
    if layout == "lagged":
        text = text.replace("waves: {column: year,", "waves: {column: year, lagged: [drugdol, meddol],")
    if layout == "aim":
        text = text.replace("mechanism: clique_tree", "mechanism: aim")
    return (
        text
        if layout == "small"
        else text.replace("synthesis:\n  mech", "synthesis:\n  max_model_cells: 1000000\n  mech")
    )


def _two_tables(text: str) -> str:
    """People with what is constant, and their years, dated."""
    head, columns, tail = text[: text.index("tables:")], {}, text[text.index("privacy:") :]
    body = text[text.index("    columns:\n") + 13 : text.index("privacy:")]
    for block in ("\n" + body).split("\n      ")[1:]:
        name = block.split(":")[0]
        if not block.startswith(" ") and name.isidentifier():
            columns[name] = f"      {block}\n"
            last = name
        elif block.startswith(" "):
            columns[last] += f"      {block}\n"
    years = [n for n in columns if n not in {*CONSTANT, "zper", "year"} and "role: drop" not in columns[n]]
    table = "".join(columns[n] for n in ("zper", *CONSTANT))
    rows = (
        columns["zper"]
        + "      day: {type: date, min: 1975-01-01, max: 1979-12-31, bins: year, missing_as: 1975-01-01, source: doc}\n"
    )
    rows += "".join(columns[n] for n in years)
    previous = "".join(f"        - {{column: {n}}}\n" for n in ("xage", *LAGGED))
    summaries = "".join(f"        - {{column: {n}, of: mean}}\n" for n in ("xage", "mdvis", "drugdol", "meddol"))
    missing = '    missing_values: ["", ".", "NA"]\n'
    return (
        f"{head}tables:\n  people:\n    file: people.csv\n{missing}    time: {{start: 1975-01-01, end: 1979-12-31}}\n"
        f"    columns:\n{table}  years:\n    file: years.csv\n    parent: people\n{missing}    rows:\n"
        f"      at_most: 5\n      order_by: day\n      previous:\n{previous}      summaries:\n{summaries}    columns:\n"
        + rows
        + tail.replace("max_rows_per_unit: 5", "max_rows_per_unit: 1").replace("clique_tree", "relational")
    )


def source() -> pd.DataFrame:
    """The real rows."""
    table = open_table("example:rand_hie")
    return pa.Table.from_batches(table.batches(tuple(table.schema()))).to_pandas()


def frames(layout: str, real: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that a layout reads."""
    if layout != "relational":
        return {"person_years": real}
    rows = real.sort_values(["zper", "year"])
    days = [dt.date(EPOCH + int(year), 1, 1) for year in rows["year"]]
    return {"people": rows.drop_duplicates("zper")[["zper", *CONSTANT]], "years": rows.assign(day=days)}


def run(layout: str, epsilon: float, seed: int, real: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Synthetic rows in the form of the source, and CPU seconds."""
    with tempfile.TemporaryDirectory() as place:
        file, folder = Path(place) / "policy.yaml", RunFolder(Path(place) / "run")
        file.write_text(policy(layout, epsilon))
        for path in (folder.measured, folder.model, folder.internal):
            path.mkdir(parents=True)
        setting = Setting(Path(place), "sqlite://", frames=frames(layout, real))
        cpu = time.process_time()
        planned = plan(load(file))
        contents, randomness = contents_of(planned), Randomness.of(seed)
        bounded = contents.open(contents.sources(setting), os.urandom(32), lambda: None, lambda _: None, Path(place))
        measured = contents.measure(contents.curator(bounded, setting, Unkept()), folder)
        models = contents.fit(measured, folder)
        drawn = contents.sample(measured, models, randomness)
        cpu = time.process_time() - cpu
        if layout == "relational":
            people, years = (drawn.tables[name].to_pandas() for name in ("people", "years"))
            made = years.merge(people, on="zper")
            return made.assign(year=[day.year - EPOCH for day in made["day"]]), cpu
        (table,) = synthetic_tables(
            planned.loaded.policy, planned.domain, drawn, randomness.decoding, panel=planned.panel
        )
        made = table.to_pandas()
        return (dealt(made, real, seed) if layout == "rows" else made), cpu


def dealt(made: pd.DataFrame, real: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Rows given to people at random: everybody's first year, then the second, as far as rows go."""
    rng, people = np.random.default_rng(seed), real["zper"].nunique()
    made = made.iloc[rng.permutation(len(made))]
    owner = np.concatenate([rng.permutation(people)[:n] for _, n in made.groupby("year", dropna=False).size().items()])
    return made.sort_values("year", kind="stable").assign(zper=owner[: len(made)])


def judge(made: pd.DataFrame, real: pd.DataFrame, domain: Domain) -> dict[str, Any]:
    """How near synthetic rows come to real ones."""
    coded = [coded_rows(frame, domain) for frame in (real, made)]
    sizes = domain.sizes

    def tvd(cliques: list[tuple[str, ...]]) -> float:
        return float(
            np.mean([_distance([cells(c, clique, sizes) for c in coded], clique, sizes) for clique in cliques])
        )

    lags = [following(frame, c) for frame, c in zip((real, made), coded, strict=True)]
    found = {name: [correlation(before[name], now[name], domain, name) for before, now in lags] for name in LAGGED}
    pairs = {
        name: _distance([before[name] * sizes[name] + now[name] for before, now in lags], (name, name), sizes)
        for name in LAGGED
    }
    years = [len(frame) / frame["zper"].nunique() for frame in (real, made)]
    return {
        "tvd1": tvd([(name,) for name in domain.names]),
        "tvd2": tvd(list(combinations(domain.names, 2))),
        "lag1": {name: synthetic for name, (_, synthetic) in found.items()},
        "lag1_real": {name: real for name, (real, _) in found.items()},
        "lag_error": float(np.mean([abs(a - b) for a, b in found.values()])),
        "lag_tvd": float(np.mean(list(pairs.values()))),
        "years_error": years[1] / years[0] - 1,
    }


def coded_rows(frame: pd.DataFrame, domain: Domain) -> dict[str, np.ndarray]:
    """Column -> level of each row."""
    arrow = {name: pa.array(frame[name], from_pandas=True) for name in domain.names}
    return {name: codes.astype(np.int64) for name, codes in zip(domain.names, domain.encode(arrow).T, strict=True)}


def cells(coded: Mapping[str, np.ndarray], clique: tuple[str, ...], sizes: Mapping[str, int]) -> np.ndarray:
    return np.ravel_multi_index([coded[name] for name in clique], [sizes[name] for name in clique])


def _distance(both: list[np.ndarray], clique: tuple[str, ...], sizes: Mapping[str, int]) -> float:
    size = int(np.prod([sizes[name] for name in clique]))
    real, made = (np.bincount(c, minlength=size) / max(1, len(c)) for c in both)
    return float(0.5 * np.abs(real - made).sum())


def following(
    frame: pd.DataFrame, coded: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Levels in a year, and in the next year of the same person."""
    person, year = frame["zper"].factorize()[0], coded["year"]
    order = np.lexsort((year, person))
    person, year = person[order], year[order]
    next_one = np.flatnonzero((person[1:] == person[:-1]) & (year[1:] == year[:-1] + 1))
    sorted_codes = {name: coded[name][order] for name in LAGGED}
    return {n: c[next_one] for n, c in sorted_codes.items()}, {n: c[next_one + 1] for n, c in sorted_codes.items()}


def correlation(before: np.ndarray, now: np.ndarray, domain: Domain, name: str) -> float:
    known = (before != domain[name].missing) & (now != domain[name].missing)
    return float(np.corrcoef(before[known], now[known])[0, 1])


def mean(results: list[Any]) -> Any:
    if isinstance(results[0], dict):
        return {key: mean([r[key] for r in results]) for key in results[0]}
    return float(np.mean(results))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epsilon", type=float, nargs="+", default=[1.0, 3.0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--layouts", nargs="+", default=["waves", "lagged", "small", "aim", "relational", "rows"])
    parser.add_argument("--json", type=Path, required=True)
    given = parser.parse_args()
    real, results = source(), {}
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "policy.yaml"
        file.write_text(BASE)
        loaded = load(file)
    domain = Domain.from_table(loaded.policy.table, loaded.code_lists)
    for epsilon in given.epsilon:
        for layout in given.layouts:
            found = []
            for seed in range(given.seeds):
                made, cpu = run(layout, epsilon, seed, real)
                found.append(judge(made, real, domain) | {"cpu_s": cpu})
            results[f"{layout} {epsilon:g}"] = best = mean(found)
            numbers = " ".join(
                f"{k} {best[k]:.3f}" for k in ("tvd1", "tvd2", "lag_error", "lag_tvd", "years_error", "cpu_s")
            )
            print(f"{layout:<11} epsilon {epsilon:g}: {numbers}", flush=True)
    given.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
