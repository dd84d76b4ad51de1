"""Games whose true excess is known, to see how often an attack's interval covers it.

`python -m tests.attacks.games [draws] [first]` plays the games first, first + 1, ... and prints for every attack how
often the interval covers, and how often its lower limit is above 0.

Measured in 1,000 games of each (nominal 95 %), nothing leaks / a fifth of the rows is verbatim: singling_out 95.5 /
95.1 %; inference 95.5 / 95.0, with declared roles 95.5 / 96.1; linkability 98.7 / 99.4, declared 95.8 / 99.1; linkage
100 / 99.6, declared 97.3 / 98.1. The last two are conservative where hardly anybody is hit by chance (Wilson's limits of
a share near 0), and where a fixed number of people leaks, which varies less than a binomial number.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from dpsynth.attacks.base import Evidence, Settings
from dpsynth.attacks.inference import Inference
from dpsynth.attacks.linkability import Linkability
from dpsynth.attacks.linkage import Linkage
from dpsynth.attacks.singling_out import SinglingOut
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes

from .data import DOMAIN, SETTINGS, chain_people

ATTACKS = (SinglingOut(), Linkability(), Linkage(), Inference())
DECLARED = replace(SETTINGS, quasi_identifiers=("c0", "c2", "c4", "c6"), secrets=("c1", "c9"))
PEOPLE = (300, 100, 100)
Release = Callable[[Units, np.random.Generator], Codes]


def of_others(members: Units, rng: np.random.Generator) -> Codes:
    """Nothing leaks: the true excess is 0."""
    return chain_people(members.size, rng).codes


def a_fifth_verbatim(members: Units, rng: np.random.Generator) -> Codes:
    """A fifth of the rows are rows of members."""
    codes = of_others(members, rng)
    leaked = len(codes) // 5
    codes[:leaked] = members.codes[rng.permutation(members.rows)[:leaked]]
    return codes


def played(one: object, release: Release, settings: Settings, draws: int, first: int = 0) -> np.ndarray:
    """Value, lower and upper limit of each game: members, held-out people and release all drawn anew."""
    rows = []
    for game_number in range(first, first + draws):
        rng = np.random.default_rng(game_number)
        members, reference, control = (chain_people(n, rng) for n in PEOPLE)
        game = Evidence(DOMAIN, members, reference, control, release(members, rng))
        value, interval = one.estimate(game, settings, rng)
        rows.append((value, interval.low, interval.high))
    return np.array(rows)


def coverage(games: np.ndarray, truth: float) -> float:
    """Share of the intervals that hold the truth."""
    return float(((games[:, 1] <= truth) & (truth <= games[:, 2])).mean())


def main(draws: int, first: int) -> None:
    """All attacks; where something leaks the mean over all games is the truth."""
    for settings in (SETTINGS, DECLARED):
        for release in (of_others, a_fifth_verbatim):
            for one in ATTACKS:
                if isinstance(one, SinglingOut) and settings is DECLARED:
                    continue  # it asks for no roles
                games = played(one, release, settings, draws, first)
                truth = 0.0 if release is of_others else float(games[:, 0].mean())
                print(
                    f"{one.name:13} {release.__name__:17} {'declared' if settings is DECLARED else 'undeclared':10}"
                    f" mean {games[:, 0].mean():+.4f} sd {games[:, 0].std():.4f}"
                    f" covered {coverage(games, truth):.3f}"
                    f" above {np.mean(games[:, 1] > truth):.3f} below {np.mean(games[:, 2] < truth):.3f}"
                    f" seen {np.mean(games[:, 1] > 0):.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
