"""The attack that asks: who is alone with his quasi-identifiers, and what does the release say about such a cell?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from dpsynth.attacks import controls, excess, knowledge, people, statistics
from dpsynth.attacks.base import AttackResult, Control, Evidence, Family, Remark, Retrain, Settings
from dpsynth.attacks.disclosure import cells, extremes, only_target
from dpsynth.attacks.excess import Flags, Group
from dpsynth.attacks.knowledge import Columns
from dpsynth.attacks.registry import register
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.privacy.accountant import Guarantee

SURROGATE_PEOPLE = 1500


@dataclass(frozen=True)
class Seen:
    """What the release's cells say about people.

    Attributes:
        alone: whether nobody else has the keys of some row of the person, shape (people,).
        present: whether the release has the keys of such a row at all (UiOiS).
        replicated: whether it has them at least once, and at most as often as the person (repU).
        disclosed: for each target, whether all synthetic rows with the keys of some row of the person have that row's
            target (DiSCO), shape (targets, people).
    """

    alone: Flags
    present: Flags
    replicated: Flags
    disclosed: Flags


def seen_in_cells(everyone: Units, synthetic: Codes, keys: Columns, targets: Columns) -> Seen:
    """Looks up each row's cell in the release.

    Args:
        everyone: the people.
        synthetic: the release.
        keys: positions of the columns that make a cell.
        targets: positions of the columns that may be disclosed.
    """
    ours, theirs, number = cells(everyone.codes[:, list(keys)], synthetic[:, list(keys)])
    first, last = extremes(ours, everyone.owner, number)
    own, released = np.bincount(ours, minlength=number), np.bincount(theirs, minlength=number)
    alone = first == last

    def some(rows: Flags) -> Flags:
        return np.asarray(everyone.sum(rows.astype(np.float64)) > 0)

    disclosed = [
        some(only_target(theirs, synthetic[:, target], number)[ours] == everyone.codes[:, target]) for target in targets
    ]
    return Seen(
        alone=some(alone[ours]),
        present=some((alone & (released > 0))[ours]),
        replicated=some((alone & (released > 0) & (released <= own))[ours]),
        disclosed=np.array(disclosed, bool).reshape(len(targets), everyone.size),
    )


def keys_and_targets(domain: Domain, settings: Settings) -> tuple[Columns, Columns]:
    """Quasi-identifiers, else all columns but the secrets; secrets that are no keys, else all other columns."""
    secrets = knowledge.declared(domain, settings.secrets)
    others = tuple(i for i in range(len(domain.attributes)) if i not in secrets)
    keys = knowledge.declared(domain, settings.quasi_identifiers) or others
    targets = tuple(i for i in secrets or range(len(domain.attributes)) if i not in keys)
    return keys, targets


@register("small_cells")
class SmallCells:
    """Finds people in cells of quasi-identifiers that nobody else is in.

    The attacker knows some columns of a person, the keys. Where nobody else has these keys, and the release has them
    once (of a person with several such rows: at most as often as the person), he takes the synthetic row for that
    person: a replicated unique (repU), the result. Where all synthetic rows with the keys agree on a secret, he takes
    that for the person's: a disclosure that is correct in the original (DiSCO), one rate a secret.

    Both happen to people outside the release too: cells are repeated by chance, and the population teaches secrets.
    The measures of synthpop do not take that off; here held-out people are the twin. To be alone is rarer in a larger
    group, so it is judged among all real people together, members and held-out people alike: then it favours neither
    side, and the groups need not be of equal size. Shares are of all people, as in synthpop, though not of rows; where
    few people are alone, the rate among them can show a leak that the share of all hides.

    Sees copies that differ in columns outside the keys, which `nearest` does not. Blind to what larger cells say, and
    on keys that nobody is alone with it can see nothing and says so.

    Source: Raab, Nowok and Dibben (2024), arXiv:2406.16826 (the measures); Newcombe (1998) for the difference; the
    comparison with held-out people is ours.
    """

    name: ClassVar[str] = "small_cells"
    family: ClassVar[Family] = "reidentification"

    def search(self, everyone: Units, synthetic: Codes, keys: Columns, targets: Columns) -> Seen:
        """See `seen_in_cells`."""
        return seen_in_cells(everyone, synthetic, keys, targets)

    def run(
        self,
        evidence: Evidence,
        surrogate: Evidence,
        guarantee: Guarantee,
        retrain: Retrain,
        settings: Settings,
        rng: np.random.Generator,
    ) -> AttackResult:
        """See `Attack.run`."""
        confidence, n = settings.confidence, evidence.members.size
        keys, targets = keys_and_targets(evidence.domain, settings)
        seen = self.search(_everyone(evidence), evidence.synthetic, keys, targets)
        hit = _sides(seen.replicated, n)
        value, interval = excess.excess(*hit, confidence)
        strata = {
            "replicated_unique": hit,
            "replicated_among_unique": (hit[0][seen.alone[:n]], hit[1][seen.alone[n:]]),
            "unique_and_present": _sides(seen.present, n),
        }
        for target, disclosed in zip(targets, seen.disclosed, strict=True):
            strata[f"disclosed_{evidence.domain.names[target]}"] = _sides(disclosed, n)
        rates = excess.rates(strata, guarantee, confidence)
        ceiling = excess.largest(guarantee, rates[0].control_interval)
        detectable = excess.detectable(hit, confidence)
        invented, untrained = people.surrogate_parts(surrogate, SURROGATE_PEOPLE, rng)
        checks = (
            *self._leaks("real", evidence, evidence.synthetic, keys, settings, rng),
            *self._leaks("surrogate", invented, surrogate.synthetic, keys, settings, rng),
            excess.innocent("real", *_sides(hit[1], evidence.reference.size), confidence),
            self._untrained(untrained, surrogate.synthetic, keys, settings),
            controls.permuted(*hit, lambda a, b: excess.excess(a, b, confidence), 0.0, confidence, rng),
        )
        status = controls.status(value, interval, 0.0, ceiling, detectable, checks)
        return AttackResult(
            attack=self.name,
            family=self.family,
            statistic="excess_share",
            value=value,
            interval=interval,
            baseline=0.0,
            ceiling=ceiling,
            n_members=len(hit[0]),
            n_control=len(hit[1]),
            detectable=detectable,
            controls=checks,
            rates=rates,
            status=excess.status_with_rates(status, strata, guarantee, confidence, frozenset(strata)),
            remarks=(_remark(settings),),
        )

    def _leaks(
        self, data: controls.Data, evidence: Evidence, release: Codes, keys: Columns, settings: Settings,
        rng: np.random.Generator,
    ) -> list[Control]:  # fmt: skip
        """Positive controls: the members' rows as the release, and one per cent of them in the release.

        Who is alone and was copied is found, unless the release had the keys before: of held-out people who are alone,
        that many have theirs there.
        """
        members, n, confidence = evidence.members, evidence.members.size, settings.confidence
        everyone = _everyone(evidence)
        before = self.search(everyone, release, keys, ())
        mixed, source = controls.partial_leak(release, members, rng)
        planted = np.isin(np.arange(members.rows), source)
        held, strangers = before.present[n:], int(before.alone[n:].sum())
        taken = float(held.sum() + 0.5) / (strangers + 1)
        chance = float(before.replicated[n:].sum() + 0.5) / (len(held) + 1)
        exposed = _alone_with(everyone, keys, planted)
        cases = (
            ("verbatim_copy", members.codes, float(before.alone[:n].sum()), 0.5 / (len(held) + 1)),
            ("one_percent_verbatim", mixed, float(exposed[:n].sum()) * (1 - taken), chance),
        )
        found = []
        for name, leak, people_found, base in cases:
            hit = _sides(self.search(everyone, leak, keys, ()).replicated, n)
            beyond = min(people_found / n, 1 - base) if n else 0.0
            likely = statistics.power_of_excess(beyond, base, n, len(hit[1]), confidence)
            found.append(controls.positive(name, data, *excess.excess(*hit, confidence), likely, 0.0))
        return found

    def _untrained(self, evidence: Evidence, release: Codes, keys: Columns, settings: Settings) -> Control:
        """Negative control: two random groups of invented people, whoever of them the release was made from."""
        seen = self.search(_everyone(evidence), release, keys, ())
        return excess.innocent("surrogate", *_sides(seen.replicated, evidence.members.size), settings.confidence)


def _everyone(evidence: Evidence) -> Units:
    return people.join(evidence.members, evidence.reference, evidence.control)


def _sides(flags: Flags, first: int) -> Group:
    return flags[:first], flags[first:]


def _alone_with(everyone: Units, keys: Columns, rows: Flags) -> Flags:
    """People with one of the first rows that are flagged in a cell that nobody else is in, shape (people,)."""
    label, _, number = cells(everyone.codes[:, list(keys)], everyone.codes[:0, list(keys)])
    first, last = extremes(label, everyone.owner, number)
    chosen = (first == last)[label]
    chosen[: len(rows)] &= rows
    chosen[len(rows) :] = False
    return np.asarray(everyone.sum(chosen.astype(np.float64)) > 0)


def _remark(settings: Settings) -> Remark:
    if settings.quasi_identifiers:
        return Remark("small_cells_keys")
    return Remark("small_cells_rest" if settings.secrets else "small_cells_all")
