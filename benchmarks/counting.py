"""CPU seconds of counting: python benchmarks/counting.py [ROWS]."""

from __future__ import annotations

import sys
import time
from itertools import combinations

import numpy as np

from dpsynth.privacy import counting
from dpsynth.privacy.queries import marginal_counts
from dpsynth.testing import tables


def timed(call):
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def main(rows: int) -> None:
    from dpsynth.privacy import kernels  # noqa: F401  loading the compiler is not counting

    rng = np.random.default_rng(1)
    domain = tables.domain(4, 40, *rng.integers(4, 41, 13).tolist())
    small = tables.crowd(domain, 30_000, 1, rng)
    drawn = rng.integers(0, small.rows, rows)
    columns = {name: small.codes[drawn, i] for i, name in enumerate(domain.names)}
    pairs = list(combinations(domain.names, 2))
    found, seconds = timed(lambda: counting.plain(columns, domain.sizes, pairs, {}))
    some = pairs[::21]
    expected, slow = timed(lambda: [marginal_counts(columns, domain.sizes, pair, {}) for pair in some])
    assert all((counts == found[pairs.index(pair)]).all() for pair, counts in zip(some, expected, strict=True))
    print(
        f"plain, {rows:,} rows, {len(pairs)} pairs: {seconds:.2f} CPU s, {rows * len(pairs) / seconds:.3g} row-pairs/s"
    )
    print(f"numpy: {rows * len(some) / slow:.3g} row-pairs/s")

    domain = tables.domain(*rng.integers(4, 41, 26).tolist())
    pairs = (2 * list(combinations(domain.names, 2)))[:500]
    for most in (1, 10, 200):
        units = tables.crowd(domain, round(200_000 / (most + 1)), most, rng)
        columns = {name: units.codes[:, i].copy() for i, name in enumerate(domain.names)}
        clips = [2.0] * len(pairs)
        _, seconds = timed(
            lambda c=columns, u=units, w=clips, p=pairs: counting.clipped(c, u.owner, domain.sizes, p, {}, w)
        )
        print(f"clipped, {units.rows:,} rows of {units.size:,} people, {len(pairs)} pairs: {seconds:.2f} CPU s")


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000)
