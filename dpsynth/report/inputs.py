"""What a report is made of, in two halves that never mix.

`Published` holds only what may leave the centre; the public edition is a function of it and of nothing else.
`Inside` looks at real people without protection and reaches the internal edition only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dpsynth.domain.attribute import Attribute
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.domain.panel import YES, Panel
from dpsynth.policy.columns import ModelledColumn
from dpsynth.policy.schema import Policy
from dpsynth.privacy.accountant import Guarantee, renyi_epsilon, zcdp_epsilon
from dpsynth.privacy.events import Event
from dpsynth.privacy.queries import Measurement
from dpsynth.privacy.randomness import SYSTEM_BITS
from dpsynth.privacy.units import Delta, Rho
from dpsynth.synth.base import Measurements, Planned

if TYPE_CHECKING:  # these modules see rows; the report needs only the form of their results
    from dpsynth.attacks.base import AttackResult
    from dpsynth.audit.result import AuditResult
    from dpsynth.utility.error_bars import Dependence, ErrorBars
    from dpsynth.utility.marginals import MarginalError
    from dpsynth.utility.relations.integrity import Check
    from dpsynth.utility.relations.results import Comparison, Shown


@dataclass(frozen=True)
class PastRelease:
    """An earlier entry of the ledger about the same people.

    Attributes:
        release_id: its name.
        date: ISO date of the charge.
        state: committed; open (data were opened, the run did not end: charged all the same); void (never opened);
            imported (made without this program).
        rho: what it costs; charged unless void.
        epsilon: the same at the lifetime delta, taken alone.
        known: False if it was not differentially private, so that nothing bounds what it costs.
    """

    release_id: str
    date: str
    state: Literal["committed", "open", "void", "imported"]
    rho: float
    epsilon: float
    known: bool = True


@dataclass(frozen=True)
class BudgetChange:
    """A raise or a lowering of the lifetime budget. Who signed it and why stays in the ledger.

    Attributes:
        date: ISO date of the entry.
        sequence: its number.
        kind: raise, signed by the data-protection officer and a release officer; or lower, signed by one of them.
        old, new: epsilon and delta before and after.
    """

    date: str
    sequence: int
    kind: Literal["raise", "lower"]
    old: tuple[float, float]
    new: tuple[float, float]


@dataclass(frozen=True)
class BudgetView:
    """The ledger's account of one population, after this release was reserved.

    Attributes:
        population: the ledger key: a group of people, never a file.
        epsilon, delta, rho: the lifetime budget.
        earlier: all other entries, oldest first.
        rho_release: what this release costs.
        rho_left: what remains after all charges.
        ledger_head: hash of the newest entry.
        ledger_sequence: its number.
        throw_away: whether this is a demonstration ledger that protects nobody.
        delta_left: what releases made without this program leave of delta; rho is compared with epsilon at it. None
            if there are none.
        order: of the Rényi divergence at which rho is converted, where some charges hold at one order alone.
        release_order: the same for this release alone.
        changes: raises and lowerings, oldest first.
        looks: how often somebody opened an internal report about these people, as far as the ledger was told.
    """

    population: str
    epsilon: float
    delta: float
    rho: float
    earlier: tuple[PastRelease, ...]
    rho_release: float
    rho_left: float
    ledger_head: str
    ledger_sequence: int
    throw_away: bool
    delta_left: float | None = None
    order: float | None = None
    release_order: float | None = None
    changes: tuple[BudgetChange, ...] = ()
    looks: int = 0

    @property
    def total_known(self) -> bool:
        """Whether every earlier release has a known cost."""
        return all(e.known for e in self.earlier)

    def epsilon_of(self, rho: float, order: float | None) -> float:
        """The epsilon of a rho at the delta that counts, by the best order or by the one that is given."""
        delta = Delta(self.delta if self.delta_left is None else self.delta_left)
        return (zcdp_epsilon(Rho(rho), delta) if order is None else renyi_epsilon(Rho(rho), order, delta)).value


@dataclass(frozen=True)
class Provenance:
    """What made the release.

    Attributes:
        versions: name -> version of Python, dpsynth and the packages that matter.
        code_digest: digest of the program's source files.
        sampler: name of the noise sampler.
        bits: name of the source of samples of people, and of the noise of sums over them.
    """

    versions: Mapping[str, str]
    code_digest: str
    sampler: str
    bits: str = SYSTEM_BITS.name


@dataclass(frozen=True)
class Previous:
    """What a release said of itself in its public edition.

    Attributes:
        release_id: name of the release.
        run_date: ISO date of the run.
        policy_digest: of its policy.
        mechanism: registered name.
        epsilon: what was claimed.
        source_rows: noisy number of source rows.
        synthetic_rows: rows in the synthetic table.
        two_way: mean distance over tables of two columns, or None where none was measured.
        paid: whether that is a charged answer over all pairs.
        columns: names of the released columns.
    """

    release_id: str
    run_date: str
    policy_digest: str
    mechanism: str
    epsilon: float
    source_rows: float
    synthetic_rows: int
    two_way: float | None
    paid: bool
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """One of several mechanisms that were trained, charged, and compared.

    Attributes:
        event: what it was allowed to ask.
        measured: its noisy answers.
        distance: the charged answer that compared it with the others.
    """

    event: Event
    measured: Measurements
    distance: MarginalError


@dataclass(frozen=True)
class TrainingRecord:
    """A training whose critic, optimiser and gradients are gone when the run is complete.

    Attributes:
        parameters: number of parameters of the critic.
        batch: expected size of a sample of the policy's bound on people.
        noise_to_signal: `Training.noise_to_signal` for it.
        chosen: which generator was kept: mean (at the end), halfway (after half of the steps), or marginals (the model
            of the paid tables alone, because training led away from them by more than their noise).
        distances: of each of these, mean squared distance from the cells of the paid tables, in units of their noise.
        limit: the largest distance with which a trained generator is kept.
        released: whether the data come from it; another candidate may have come closer.
    """

    parameters: int
    batch: float
    noise_to_signal: float
    chosen: str
    distances: Mapping[str, float]
    limit: float
    released: bool = True


@dataclass(frozen=True)
class View:
    """Noisy counts of one kind of row, and the synthetic rows of that kind: of the table, or of one of several.

    Attributes:
        table: its name.
        columns: released columns that were counted; called TABLE.COLUMN where there are several tables.
        declared: name of a column -> what the policy says of it.
        event: what was asked about it.
        measured: noisy marginals.
        total: noisy number of source rows.
        synthetic_rows: rows in the synthetic table.
        synthetic_one_way: column -> synthetic rows a level; shape (levels,).
        rows_per_unit: most rows of one person.
        pairs: pairs of columns that were counted together; with what rows depend on, where there are several tables.
    """

    table: str
    columns: tuple[Attribute, ...]
    declared: Mapping[str, ModelledColumn]
    event: Event
    measured: Measurements
    total: float
    synthetic_rows: int
    synthetic_one_way: Mapping[str, np.ndarray[Any, np.dtype[np.int64]]]
    rows_per_unit: int
    pairs: int


@dataclass(frozen=True)
class Related:
    """What synthetic tables whose rows belong together say of themselves.

    Attributes:
        family: all views; public.
        people: synthetic people.
        rows: table -> its synthetic rows, in the order of the policy; the table of people, too.
        checks: whether they hold together.
        shown: numbers of rows, order, time.
    """

    family: Family
    people: int
    rows: Mapping[str, int]
    checks: tuple[Check, ...]
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class LaidOut:
    """People of a fixed panel, each counted as one row.

    Attributes:
        panel: how their rows are laid out; public.
        rows: rows of the released table, of all people and waves.
    """

    panel: Panel
    rows: int


@dataclass(frozen=True)
class Published:
    """Everything that may leave: policy, noisy answers, what follows from them, and synthetic rows.

    Attributes:
        release_id: name of the release.
        run_date: ISO date of the run.
        policy, policy_digest, policy_text: what the centre allows; the digest is of the canonical form.
        domain: public domain of the released columns.
        planned: query groups of the mechanism, as planned before data were opened.
        event: what was asked, completely (synthesis and paid utility).
        guarantee: `accountant.compose(event)`.
        epsilon, delta: what is claimed.
        rows_per_unit: contribution bound.
        budget: the ledger's view.
        measured: noisy marginals.
        total: noisy number of source rows.
        synthetic_rows: rows in the synthetic table.
        synthetic_one_way: column -> synthetic rows a level; shape (levels,). See `one_way_counts`.
        free_one_way, free_two_way: error against the noisy measurements.
        paid_two_way: a charged answer over all pairs, if the policy bought one.
        audit: what an audit of the promise found, on invented people.
        provenance: software.
        noise_is_private: False when a test switch fixed the noise.
        rehearsal: True when no real file was opened.
        unprotected: plain statements about steps that depend on real data outside the guarantee; none in a sound run.
        data_files: path in the bundle and SHA-256 of each file of synthetic rows.
        bars: upper bounds on the error of each table, from noisy answers alone.
        dependence: pairs that are more dependent than the answers allow.
        previous: the release of the same policy before this one, if there is one.
        training: what is said about a training on samples of people, if there was one.
        candidates: every mechanism that was trained, the released one too, where there were several.
        related: what synthetic tables whose rows belong together say of themselves; None where there is one table of
            single rows.
        several: where rows belong together, what was counted of people, who come first, and of the rows of each table.
            Then `domain`, `total`, `synthetic_rows` and all distances are those of all tables; `measured` is about
            people.
        laid_out: of a fixed panel, whose people are one row each: then `domain`, `total`, `synthetic_rows` and all
            distances are about people.
    """

    release_id: str
    run_date: str
    policy: Policy
    policy_digest: str
    policy_text: str
    domain: Domain
    planned: tuple[Planned, ...]
    event: Event
    guarantee: Guarantee
    epsilon: float
    delta: float
    rows_per_unit: int
    budget: BudgetView
    measured: Measurements
    total: float
    synthetic_rows: int
    synthetic_one_way: Mapping[str, np.ndarray[Any, np.dtype[np.int64]]]
    free_one_way: MarginalError
    free_two_way: MarginalError
    paid_two_way: MarginalError | None
    audit: AuditResult
    provenance: Provenance
    noise_is_private: bool = True
    rehearsal: bool = False
    unprotected: tuple[str, ...] = ()
    data_files: tuple[tuple[str, str], ...] = ()
    bars: ErrorBars | None = None
    dependence: Dependence | None = None
    previous: Previous | None = None
    training: TrainingRecord | None = None
    candidates: tuple[Candidate, ...] = ()
    related: Related | None = None
    several: tuple[View, ...] = ()
    laid_out: LaidOut | None = None

    @property
    def in_files(self) -> tuple[Attribute, ...]:
        """The released columns as the files have them; of several tables as they are counted."""
        return (self.domain if self.laid_out is None else self.laid_out.panel.rows).attributes

    @property
    def released_rows(self) -> int:
        """Rows of the released tables."""
        return self.synthetic_rows if self.laid_out is None else self.laid_out.rows

    @property
    def source_rows(self) -> float:
        """Noisy number of source rows; of a panel, of the rows of all waves."""
        return self.total if self.laid_out is None else max(0.0, sum(m.values[YES] for m in self.present))

    @property
    def present(self) -> tuple[Measurement, ...]:
        """How many people of a panel have a row, wave by wave."""
        return () if self.laid_out is None else tuple(map(self.measured.one_way, self.laid_out.panel.presence))

    @property
    def views(self) -> tuple[View, ...]:
        """What was counted: of one table, or of several."""
        return self.several or (
            View(
                self.policy.table_name,
                self.domain.attributes,
                self.policy.table.counted,
                self.event,
                self.measured,
                self.total,
                self.synthetic_rows,
                self.synthetic_one_way,
                self.rows_per_unit,
                math.comb(len(self.domain.names), 2),
            ),
        )


@dataclass(frozen=True)
class Inside:
    """What looks at real people. It never leaves the centre.

    Attributes:
        utility: error against real rows, for one, two, three columns.
        attacks: results on real members.
        notes: counts for the steward (rows_read, rows_without_id, people_train, ...).
        relations: synthetic people and their rows beside real ones, where rows belong together.
    """

    utility: tuple[MarginalError, ...]
    attacks: tuple[AttackResult, ...]
    notes: Mapping[str, int]
    relations: Comparison | None = None


@dataclass(frozen=True)
class Inputs:
    """Both halves."""

    published: Published
    inside: Inside


def one_way_counts(
    codes: np.ndarray[Any, np.dtype[np.uint16]], domain: Domain
) -> dict[str, np.ndarray[Any, np.dtype[np.int64]]]:
    """Rows a level for each column of a synthetic table of codes, shape (rows, columns)."""
    return {
        a.name: np.bincount(codes[:, i], minlength=a.size).astype(np.int64) for i, a in enumerate(domain.attributes)
    }
