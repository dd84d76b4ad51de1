"""Which games an audit plays."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from dpsynth.audit import several_tables, standard, steps
from dpsynth.audit.cases import cases
from dpsynth.audit.fingerprint import code_digest
from dpsynth.audit.game import Game, Playable, play
from dpsynth.audit.mutants import MUTANTS
from dpsynth.audit.result import AuditResult, Line
from dpsynth.audit.route import Route
from dpsynth.audit.setting import Setting, setting_of
from dpsynth.audit.several_tables import FamilyGame
from dpsynth.audit.steps import StepGame
from dpsynth.audit.trade_off import Comparison
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.training import Synthesis
from dpsynth.privacy import accountant
from dpsynth.privacy.units import Delta, Epsilon

MECHANISMS = ("clique_tree", "aim", "marginal_network", "mst", "independent", "fixed")
"""Those that come with the program."""

MUTATED = "independent"
"""The mechanism on which mutants are played: the fastest one."""

SLOW = 4
"""How many times as long a run with several tables takes."""

SEVERAL = "several"
"""How an audit calls counts in several tables."""

EASY = 2.0
"""From this epsilon on mistakes are about as easy to see as at `standard.EPSILON`."""

FEW = 10
"""How many times fewer runs read several raw tables anew: those are there for what is not a matter of scale."""

TRAINING = "critic"
"""How an audit calls steps of training, whichever mechanism takes them."""


@dataclass(frozen=True)
class Effort:
    """How hard an audit tries.

    Attributes:
        runs: in each world, of the measuring step.
        whole: in each world and for each of the worst people, from the raw table on; 0: none.
        mutants: in each world, for each mutant; 0: none.
    """

    runs: int
    whole: int = 0
    mutants: int = 0


FULL = Effort(20_000, 500, 4_000)
QUICK = Effort(500)


def audit_policy(loaded: LoadedPolicy, effort: Effort, executor: Executor | None = None) -> AuditResult:
    """Audits a policy's mechanism, or each candidate, on invented people: at its epsilon and at `standard.EPSILON`.

    No file of data is opened. Where rows belong together, it is the game about several tables that is played.

    Raises:
        PolicyError: the mechanism is unknown or cannot be calibrated.
    """
    if loaded.policy.is_relational:
        privacy = loaded.policy.privacy
        claims = {privacy.epsilon} if privacy.epsilon >= EASY else {privacy.epsilon, standard.EPSILON}
        return _played(_several(sorted(claims), privacy.delta, effort), effort, executor)
    settings = [setting_of(loaded, mechanism=name) for name in loaded.policy.synthesis.mechanisms]
    epsilons = sorted({loaded.policy.privacy.epsilon, standard.EPSILON})
    return audit([(setting, epsilon) for setting in settings for epsilon in epsilons], effort, executor)


def audit_everything(effort: Effort, executor: Executor | None = None) -> AuditResult:
    """Audits every mechanism that comes with the program on a small table, with plain and with clipped counts.

    The measuring step at epsilon 1 and at `standard.EPSILON`; the way from the raw table on at the latter, where
    mistakes are easiest to see.
    """
    settings = [standard.setting(name, clip) for name in MECHANISMS for clip in (None, "auto")]
    measuring = [_measuring(s, epsilon, effort) for s in settings for epsilon in (1.0, standard.EPSILON)]
    chosen = [s for s in settings if s.contribution.clip is None or s.synthesis.mechanism == MECHANISMS[0]]
    training = [step_game(epsilon, effort.runs) for epsilon in (1.0, standard.EPSILON)] if _trains() else []
    whole = [game for s in chosen for game in _whole(s, standard.EPSILON, effort)]
    several = _several([1.0, standard.EPSILON], standard.DELTA, replace(effort, runs=-(-effort.runs // SLOW)))
    return _played([*measuring, *training, *whole, *several], effort, executor)


def audit(claims: Sequence[tuple[Setting, float]], effort: Effort, executor: Executor | None = None) -> AuditResult:
    """Plays all games of some claims, and those of the mutants.

    Args:
        claims: small policies with the epsilon that is claimed, all at one delta.
        effort: how hard to try.
        executor: plays pieces side by side; None: one after the other, here.
    """
    games: list[Playable] = []
    for setting, epsilon in claims:
        if _has_samples(setting):
            # What training does between steps is post-processing; its tables are asked for like any others.
            games.append(step_game(epsilon, effort.runs))
            setting = replace(setting, synthesis=Synthesis(mechanism=MUTATED))
        games += [_measuring(setting, epsilon, effort), *_whole(setting, epsilon, effort)]
    return _played(games, effort, executor)


def step_game(epsilon: float, runs: int, mutant: str = "") -> StepGame:
    """The game about steps of training, on the person that moves them furthest."""
    setting = standard.setting(MUTATED, rows=1)
    return StepGame(setting, cases(setting)[0], Route(mutant or "product"), epsilon, runs, whole=False, mutant=mutant)


def _has_samples(setting: Setting) -> bool:
    """Whether the mechanism asks for sums over samples, at any epsilon."""
    if getattr(setting.synthesizer, "samples", False):  # which takes seconds to calibrate
        return True
    budget = accountant.calibrate(Epsilon(standard.EPSILON), Delta(setting.delta))
    return bool(accountant.compose(Route().mechanism(setting, setting.counted, budget).event).sampled)


def _trains() -> bool:
    """Whether torch is there, without which nothing is trained."""
    return importlib.util.find_spec("torch") is not None


def table(result: AuditResult) -> str:
    """Lines for a terminal."""
    game, mu = f"{'mechanism':<13}{'counts':<9}{'person':<22}", f"{'mu claimed':>12}{'estimated':>11}{'shown':>8}"
    lines = [f"{game}{'epsilon':>8}{'runs':>8}{mu}  p"]
    for line in (*result.lines, *result.mutants):
        f, who = line.found, line.case if line.route == "product" else line.route
        verdict = "" if not result.rejected(line) else "  CONTRADICTED" if line.route == "product" else "  caught"
        if line.route != "product" and not verdict:
            verdict = "  MISSED"
        way = "  from the raw table" if line.whole else ""
        lines.append(
            f"{line.mechanism:<13}{line.counts:<9}{who:<22}{line.epsilon:>8g}{f.runs:>8}"
            f"{f.claimed_mu:>12.3f}{f.estimated_mu:>11.3g}{f.shown_mu:>8.3f}  {f.p_value:.2g}{way}{verdict}"
        )
    for epsilon in result.epsilons:
        lines.append(
            f"Against a claim of epsilon {epsilon:g} at delta {result.delta:g}, an epsilon of "
            f"{result.shown_epsilon(epsilon):.2f} was shown; "
            f"up to {result.possible_epsilon(epsilon):.1f} could have been."
        )
    if result.passed:
        lines.append("Consistent with the promise. An audit can contradict a promise; it cannot prove one.")
    return "\n".join(lines)


def mutant_games(runs: int) -> list[Game]:
    """One game for each mutant, on the person that it hurts most."""
    games = []
    for mutant in MUTANTS:
        setting = standard.setting(MUTATED, clip=1.0 if mutant.clips else None)
        chosen = next(case for case in cases(setting) if case.name == mutant.case)
        games.append(Game(setting, chosen, mutant, standard.EPSILON, runs, whole=False))
    return games


def _measuring(setting: Setting, epsilon: float, effort: Effort) -> Game:
    """The measuring step, on the person that moves all answers furthest."""
    return Game(setting, cases(setting)[0], Route(), epsilon, effort.runs, whole=False)


def _whole(setting: Setting, epsilon: float, effort: Effort) -> list[Game]:
    """The way from the raw table on, for everybody of the suite."""
    suite = cases(setting) if effort.whole else ()
    return [Game(setting, case, Route(), epsilon, effort.whole, whole=True) for case in suite]


def _several(epsilons: Sequence[float], delta: float, effort: Effort) -> list[Playable]:
    """People with rows in several tables: the measuring step at each epsilon, and the whole way at the largest one."""
    suite = several_tables.cases()
    measuring = [FamilyGame(suite[0], epsilon, delta, effort.runs, whole=False) for epsilon in epsilons]
    runs = -(-effort.whole // FEW)
    return [*measuring, *(FamilyGame(case, max(epsilons), delta, runs, whole=True) for case in suite if runs)]


def _played(games: Sequence[Playable], effort: Effort, executor: Executor | None) -> AuditResult:
    mutants: list[Playable] = list(mutant_games(effort.mutants)) if effort.mutants else []
    if effort.mutants and any(isinstance(game, StepGame) for game in games):
        mutants += [step_game(standard.EPSILON, effort.mutants, name) for name in steps.MUTANTS]
    if effort.mutants and any(isinstance(game, FamilyGame) for game in games):
        mutants.append(several_mutant(-(-effort.mutants // FEW)))
    every = [*games, *mutants]
    found = [line_of(game, c) for game, c in zip(every, play(every, executor), strict=True)]
    delta = games[0].delta if games else standard.DELTA
    return AuditResult(code_digest(), delta, tuple(found[: len(games)]), tuple(found[len(games) :]))


def several_mutant(runs: int) -> FamilyGame:
    """The game of the mistake that only rows of several tables can make."""
    worst = several_tables.cases()[0]
    return FamilyGame(worst, standard.EPSILON, standard.DELTA, runs, whole=False, mutant=several_tables.MUTANT)


def line_of(game: Playable, found: Comparison) -> Line:
    """A game that was played, with what its scores say."""
    if isinstance(game, FamilyGame):
        route = game.mutant or "product"
        return Line(several_tables.MECHANISM, SEVERAL, game.case.name, route, game.epsilon, game.whole, found)
    assert isinstance(game, Game)
    setting = game.setting
    if isinstance(game, StepGame):
        return Line(TRAINING, "gradients", game.case.name, game.route.name, game.epsilon, game.whole, found)
    counts = "plain" if setting.contribution.clip is None else "clipped"
    return Line(setting.synthesis.mechanism, counts, game.case.name, game.route.name, game.epsilon, game.whole, found)
