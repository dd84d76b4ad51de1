"""What is audited: the public parts of a policy, on a table so small that it can be measured thousands of times.

Scale and sensitivity do not depend on the size of a table, so an audit of a few columns with few levels, read by the
same codec and asked by the same mechanism, says as much about them as one of the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from dpsynth.domain.attribute import Attribute, Category, Grid, grid
from dpsynth.domain.domain import Domain
from dpsynth.domain.panel import Panel
from dpsynth.policy import bins
from dpsynth.policy.load import LoadedPolicy
from dpsynth.policy.people import Source
from dpsynth.policy.promise import Contribution
from dpsynth.policy.schema import Policy
from dpsynth.policy.tables import Table
from dpsynth.policy.training import Synthesis
from dpsynth.synth.base import Synthesizer, configure
from dpsynth.synth.task import Task
from dpsynth.synth.waves import laid_out, wishes

COLUMNS = 4
"""Columns of an audit table."""

VARYING = 2
"""Columns that differ between the waves of a panel, in each of `WAVES` waves."""

WAVES = 2
"""Waves of a panel in an audit table."""

LISTED = 3
"""Levels of a code list that are kept, besides `other` and `missing`; also bins of an ordered column."""


@dataclass(frozen=True)
class Setting:
    """A small version of a policy.

    Attributes:
        table: names the file's key and what means missing.
        source: shares of the holdout.
        contribution: how many rows of one person are used.
        domain: a few columns with few levels, as the raw table has them.
        synthesis: the mechanism and its wishes.
        delta: of the promises that are tested.
        panel: lays the rows of each person out as one row; None: rows stay as they are.
    """

    table: Table
    source: Source
    contribution: Contribution
    domain: Domain
    synthesis: Synthesis
    delta: float
    panel: Panel | None = None

    @property
    def counted(self) -> Domain:
        """The columns of what is counted."""
        return self.seen(self.domain)

    def seen(self, domain: Domain) -> Domain:
        """What is counted of a raw table that is read with this domain."""
        return domain if self.panel is None else self.panel.view

    @property
    def rows(self) -> int:
        """Most rows of one person that are used."""
        return self.contribution.max_rows_per_unit if self.panel is None else len(self.panel.waves)

    @property
    def synthesizer(self) -> Synthesizer:
        """The mechanism's settings."""
        return configure(self.synthesis)

    def task(self, domain: Domain | None = None) -> Task:
        """What the mechanism has to model: the policy's wishes as far as their columns are here."""
        task = Task.from_policy(self.synthesis, self.contribution, domain or self.counted)
        return task if self.panel is None else laid_out(task, self.panel)


def setting_of(loaded: LoadedPolicy, columns: int = COLUMNS, mechanism: str | None = None) -> Setting:
    """The audit table of a policy.

    Rules of the table play no part: they shape the fit, which comes after the noise.

    Args:
        loaded: the policy.
        columns: most columns of the audit table.
        mechanism: which of the policy's candidates; None: its only mechanism, or the first candidate.
    """
    policy = loaded.policy
    domain = Domain.from_table(policy.table, loaded.code_lists)
    panel, synthesis = Panel.of(policy.table, domain), policy.synthesis.alone(mechanism or policy.synthesis.mechanism)
    if panel is None:
        chosen = _choose(domain, policy, columns)
        small = Domain(tuple(_reduced(domain[name]) for name in domain.names if name in chosen))
        synthesis = _within(synthesis, small.names)
    else:
        few = {*panel.constant[:1], panel.column, *panel.varying[:VARYING]}
        small = Domain(
            tuple(_waves(a) if a.name == panel.column else _reduced(a) for a in domain.attributes if a.name in few)
        )
        panel = Panel.of(policy.table, small)
        assert panel is not None
        small = panel.rows
        synthesis = _within(wishes(policy.table, panel, synthesis), panel.view.names)
    return Setting(
        policy.table, policy.source, policy.privacy.contribution, small, synthesis, policy.privacy.delta, panel
    )


def _choose(domain: Domain, policy: Policy, columns: int) -> set[str]:
    """Columns that the policy names for the mechanism, then one of each kind, then the first ones."""
    named = [name for _, names in policy.synthesis.named_columns for name in names]
    kinds: dict[tuple[Any, ...], str] = {}
    for a in domain.attributes:
        form = (a.form is None, a.decimals > 0) if isinstance(a, Grid) else (isinstance(a, Category) and a.boolean,)
        kinds.setdefault((type(a), *form), a.name)
    return set(list(dict.fromkeys([*named, *kinds.values(), *domain.names]))[:columns])


def _within(synthesis: Synthesis, names: tuple[str, ...]) -> Synthesis:
    """The policy's wishes about these columns."""
    here = set(names)
    marginals = tuple(c for c in synthesis.marginals if here >= set(c))
    if synthesis.mechanism == "fixed" and not marginals:
        marginals = (names[:2],)
    return synthesis.model_copy(
        update={
            "target": tuple(t for t in synthesis.targets if t in here) or None,
            "must_include": tuple(c for c in synthesis.must_include if here >= set(c)),
            "workload": tuple(need for need in synthesis.workload if here >= set(need.columns)),
            "marginals": marginals,
        }
    )


def _waves(attribute: Attribute) -> Attribute:
    """The first waves."""
    if isinstance(attribute, Grid):
        first = round(attribute.cuts[0])
        cuts = bins.whole(first, first + WAVES - 1)
        return grid(
            attribute.name, cuts, (), decimals=0, nullable=attribute.missing is not None, fill=attribute.fill,
            absent_texts=attribute.absent_texts,
        )  # fmt: skip
    return _listed(attribute, WAVES)


def _reduced(attribute: Attribute) -> Attribute:
    if isinstance(attribute, Grid):
        bins = len(attribute.cuts) - 1
        kept = sorted({0, *(round(i * bins / LISTED) for i in range(1, LISTED)), bins})
        return grid(
            attribute.name,
            [attribute.cuts[i] for i in kept],
            (),
            decimals=attribute.decimals,
            nullable=attribute.missing is not None,
            fill=attribute.fill,
            absent_texts=attribute.absent_texts,
            form=attribute.form,
        )
    return _listed(attribute, LISTED)


def _listed(attribute: Attribute, most: int) -> Attribute:
    """The first levels of a code list, besides `other` and `missing`."""
    if not isinstance(attribute, Category) or attribute.boolean:
        return attribute
    listed = [code for code in range(attribute.size) if code not in attribute.unranked][:most]
    kept = [*listed, *(code for code in (attribute.other, attribute.missing) if code is not None)]
    new = {old: code for code, old in enumerate(kept)}
    return replace(
        attribute,
        levels=tuple(attribute.levels[code] for code in kept),
        other=None if attribute.other is None else new[attribute.other],
        missing=None if attribute.missing is None else new[attribute.missing],
        edges=(),
        spellings={text: new[code] for text, code in attribute.spellings.items() if code in new},
        fallback=new[attribute.fallback],
    )
