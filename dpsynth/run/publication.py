"""The public half of what a report is made of: from noisy answers, the model fitted to them, and synthetic rows."""

from __future__ import annotations

from dpsynth.domain.attribute import Codes
from dpsynth.privacy.account import Statement
from dpsynth.report.inputs import Provenance, Published, one_way_counts
from dpsynth.run import provenance
from dpsynth.run.account import budget_view
from dpsynth.run.job import Job
from dpsynth.run.previous import previous
from dpsynth.synth.base import Measurements, Model
from dpsynth.synth.tree_model import CompressedModel
from dpsynth.utility import error_bars, marginals


def published(
    job: Job,
    statement: Statement,
    measured: Measurements,
    model: Model,
    codes: Codes,
    total: float,
    paid: marginals.MarginalError | None,
    data_files: tuple[tuple[str, str], ...],
) -> Published:
    """Everything that may leave.

    Args:
        job: the run.
        statement: the ledger's account of the population, with this release reserved.
        measured: all noisy answers of the mechanism.
        model: fitted to them.
        codes: synthetic rows.
        total: noisy number of rows that were trained on, at least 0.
        paid: the answer of the paid utility question, if the policy pays for one.
        data_files: path in the bundle and SHA-256 of each data file.
    """
    plan, loaded, sampler = job.plan, job.plan.loaded, job.setting.sampler
    privacy = loaded.policy.privacy
    # Models of plug-ins need not merge levels.
    columns = model.columns if isinstance(model, CompressedModel) else ()
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
        measured=measured,
        total=total,
        synthetic_rows=len(codes),
        synthetic_one_way=one_way_counts(codes, plan.domain),
        free_one_way=marginals.free(measured.tables, codes, plan.domain, total, 1),
        free_two_way=marginals.free(measured.tables, codes, plan.domain, total, 2),
        paid_two_way=paid,
        data_files=data_files,
        bars=error_bars.error_bars(measured, codes, plan.domain, columns),
        dependence=error_bars.dependence(measured, codes, plan.domain, columns),
        previous=previous(job.folder),
        audit=job.audited,
        provenance=Provenance(provenance.versions(), provenance.code_digest(), sampler.name),
        noise_is_private=job.setting.private,
        rehearsal=job.setting.rehearsal,
    )
