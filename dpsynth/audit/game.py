"""The game between a claim and a sceptic: the same table with and without one person, measured again and again."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Protocol

import numpy as np
import pyarrow as pa

from dpsynth.audit.cases import Case
from dpsynth.audit.exact import Exact
from dpsynth.audit.route import Route
from dpsynth.audit.setting import Setting
from dpsynth.audit.trade_off import Comparison, Scores, compare
from dpsynth.audit.transcript import Transcript
from dpsynth.data.units import Units
from dpsynth.domain.domain import Domain
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon

PIECE = 500
"""Runs of one world in one piece of work."""

TRIES = 100
"""Keys that are drawn at most: with half of all people held out, all of them miss with probability 2^-100."""


class Playable(Protocol):
    """A claim and one pair of neighbours, with all that playing needs; picklable."""

    @property
    def runs(self) -> int:
        """Runs in each world."""
        ...

    @property
    def delta(self) -> float:
        """Of the claim."""
        ...

    @property
    def guarantee(self) -> accountant.Guarantee:
        """What is claimed."""
        ...

    def fresh_key(self) -> bytes:
        """A key of the population under which the person is trained on."""
        ...

    def scores(self, present: bool, runs: int, key: bytes) -> Scores:
        """Log-likelihood ratios of some runs in one world, shape (runs,)."""
        ...


@dataclass(frozen=True)
class Game:
    """One claim, one pair of neighbours, one way.

    Attributes:
        setting: the small policy.
        case: the neighbours.
        route: the product's way, or a mutant's.
        epsilon: of the claim, at the setting's delta.
        runs: in each world.
        whole: whether every run encodes and bounds the raw table again; otherwise that is done once a world.
    """

    setting: Setting
    case: Case
    route: Route
    epsilon: float
    runs: int
    whole: bool

    def scores(self, present: bool, runs: int, key: bytes) -> Scores:
        """Log-likelihood ratios of some runs in one world, shape (runs,)."""
        budget = accountant.calibrate(Epsilon(self.epsilon), Delta(self.setting.delta))
        worlds = [self._encoded(side, key) for side in (False, True)]
        without, with_person = (Exact(units, domain) for domain, units in worlds)
        domain, units = worlds[present]
        mechanism = self.route.mechanism(self.setting, domain, budget)
        found = np.zeros(runs)
        for i in range(runs):
            if self.whole:
                domain, units = self._encoded(present, key)
            inner = self.route.measurer(self.setting, domain, units, mechanism)
            transcript = Transcript(inner, without, with_person)
            mechanism.measure(transcript)
            found[i] = transcript.evidence
        return found

    def _encoded(self, present: bool, key: bytes) -> tuple[Domain, Units]:
        raw: pa.Table = self.case.world(present)
        domain = self.route.domain(self.setting, raw)
        return self.setting.seen(domain), self.route.units(self.setting, domain, raw, key)

    @property
    def delta(self) -> float:
        """Of the claim."""
        return self.setting.delta

    def fresh_key(self) -> bytes:
        """See `trained_on`."""
        return trained_on(self.setting, self.case)

    @property
    def guarantee(self) -> accountant.Guarantee:
        """What the mechanism's own event promises."""
        budget = accountant.calibrate(Epsilon(self.epsilon), Delta(self.setting.delta))
        return accountant.compose(Route().mechanism(self.setting, self.setting.counted, budget).event)


def play(games: Sequence[Playable], executor: Executor | None = None) -> list[Comparison]:
    """Plays games to the end.

    Args:
        games: any number.
        executor: runs pieces of games side by side; None: one after the other, here.
    """
    keys = [game.fresh_key() for game in games]
    work = [
        (game, present, min(PIECE, game.runs - start), key)
        for game, key in zip(games, keys, strict=True)
        for present in (False, True)
        for start in range(0, game.runs, PIECE)
    ]
    done = iter(map(_piece, work) if executor is None else executor.map(_piece, work))
    found = []
    for game in games:
        number = -(-game.runs // PIECE)
        without, present = (np.concatenate([np.zeros(0), *(next(done) for _ in range(number))]) for _ in range(2))
        found.append(compare(without, present, game.guarantee, game.delta))
    return found


@contextmanager
def workers() -> Iterator[Executor]:
    """One process a core. Started anew and not forked, so that no state of a random generator is shared."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        yield pool


def _piece(work: tuple[Playable, bool, int, bytes]) -> Scores:
    game, present, runs, key = work
    return game.scores(present, runs, key)


def trained_on(setting: Setting, case: Case) -> bytes:
    """A fresh key of the population under which the person is trained on, not held out.

    Being held out at times would only blur the game: the adversary of the promise knows the key.
    """
    probe = case.person.slice(0, 1)
    someone = probe.column(setting.table.unit_key).null_count == 0  # rows without an id are on no side
    for _ in range(TRIES):
        key = secrets.token_bytes(32)
        if not someone or Route().units(setting, setting.domain, probe, key).size:
            break
    return key
