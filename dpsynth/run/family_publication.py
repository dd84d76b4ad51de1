"""The public half of a report about tables whose rows belong together: see `publication.py`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain
from dpsynth.domain.family import Family
from dpsynth.policy.columns import ModelledColumn
from dpsynth.privacy.account import Statement
from dpsynth.report.inputs import Provenance, Published, Related, View
from dpsynth.run import provenance
from dpsynth.run.account import budget_view
from dpsynth.run.family_plan import FamilyPlan, released, views_of
from dpsynth.run.job import Job
from dpsynth.run.previous import previous
from dpsynth.synth.base import Measurements
from dpsynth.synth.relational.files import NAME
from dpsynth.synth.tree_model import CompressedModel
from dpsynth.utility import error_bars, marginals
from dpsynth.utility.error_bars import CONFIDENCE, Dependence, ErrorBars
from dpsynth.utility.marginals import MarginalError


@dataclass(frozen=True)
class Counted:
    """What a release knows of one view.

    Attributes:
        measured: noisy answers.
        model: fitted to them.
        codes: synthetic rows in the form of the view.
        distance: the charged answer how far they are from the data; None where the policy pays for none.
    """

    measured: Measurements
    model: CompressedModel
    codes: Codes
    distance: MarginalError | None


def published(
    job: Job,
    plan: FamilyPlan,
    statement: Statement,
    counted: Mapping[str, Counted],
    related: Related,
    data_files: tuple[tuple[str, str], ...],
) -> Published:
    """Everything that may leave.

    Args:
        job: the run.
        plan: its plan.
        statement: the ledger's account of the population, with this release reserved.
        counted: what is known of each view, people first.
        related: what the synthetic tables say of themselves.
        data_files: path in the bundle and SHA-256 of each data file.
    """
    loaded, sampler, family = plan.loaded, job.setting.sampler, plan.family
    privacy, views = loaded.policy.privacy, tuple(_view(plan, name, own) for name, own in counted.items())
    tables = [view for view in views if view.table in loaded.policy.tables]
    paid = [own.distance for own in counted.values() if own.distance is not None]
    return Published(
        release_id=job.release_id,
        run_date=job.created.date().isoformat(),
        policy=loaded.policy,
        policy_digest=loaded.digest,
        policy_text=loaded.text,
        domain=plan.domain,
        planned=plan.queries,
        event=plan.event,
        guarantee=plan.guarantee,
        epsilon=privacy.epsilon,
        delta=privacy.delta,
        rows_per_unit=privacy.contribution.max_rows_per_unit,
        budget=budget_view(statement, job.run_id, job.setting.throw_away_ledger),
        measured=replace(views[0].measured, mechanism=NAME),
        total=sum(view.total for view in tables),
        synthetic_rows=sum(view.synthetic_rows for view in tables),
        synthetic_one_way={name: n for view in views for name, n in view.synthetic_one_way.items()},
        free_one_way=_free(family, counted, 1),
        free_two_way=_free(family, counted, 2),
        paid_two_way=marginals.together(paid) if paid else None,
        data_files=data_files,
        bars=_bars(family, counted),
        dependence=_dependence(family, counted),
        previous=previous(job.folder),
        audit=job.audited,
        provenance=Provenance(provenance.versions(), provenance.code_digest(), sampler.name, job.setting.bits.name),
        noise_is_private=job.setting.private,
        rehearsal=job.setting.rehearsal,
        related=related,
        several=views,
    )


def _view(plan: FamilyPlan, name: str, own: Counted) -> View:
    domain, columns = views_of(plan.family)[name], released(plan.family)[name]
    return View(
        table=name,
        columns=columns,
        declared={a.name: _declared(plan, a.name) for a in columns},
        event=plan.event_of(name),
        measured=own.measured,
        total=max(0.0, own.measured.total()),
        synthetic_rows=len(own.codes),
        synthetic_one_way={
            a.name: np.bincount(own.codes[:, domain.index(a.name)], minlength=a.size).astype(np.int64) for a in columns
        },
        rows_per_unit=plan.bounds.get(name, 1),
        pairs=math.comb(len(domain.names), 2),
    )


def _declared(plan: FamilyPlan, column: str) -> ModelledColumn:
    _, table, _, name = plan.place(column)
    return plan.loaded.policy.tables[table].modelled[name]


def _each(family: Family, counted: Mapping[str, Counted]) -> list[tuple[Domain, Counted]]:
    return [(domain, counted[name]) for name, domain in views_of(family).items()]


def _free(family: Family, counted: Mapping[str, Counted], ways: int) -> MarginalError:
    """Over the marginals of all views."""
    return marginals.together(
        [
            marginals.free(own.measured.tables, own.codes, domain, max(0.0, own.measured.total()), ways)
            for domain, own in _each(family, counted)
        ]
    )


def _bars(family: Family, counted: Mapping[str, Counted]) -> ErrorBars:
    """The bounds of all views hold together: each view's fail with its part of the probability."""
    confidence = 1 - (1 - CONFIDENCE) / len(counted)
    found = [
        error_bars.error_bars(own.measured, own.codes, domain, own.model.columns, confidence)
        for domain, own in _each(family, counted)
    ]
    bars = tuple(bar for one in found for bar in one.bars)
    return ErrorBars(bars, CONFIDENCE, any(one.clipped for one in found))


def _dependence(family: Family, counted: Mapping[str, Counted]) -> Dependence:
    found = [
        error_bars.dependence(own.measured, own.codes, domain, own.model.columns)
        for domain, own in _each(family, counted)
    ]
    invented = sorted((i for one in found for i in one.invented), key=lambda i: i.allowed - i.synthetic)
    return Dependence(sum(one.checked for one in found), tuple(invented))
