"""The public half of what a report is made of: from noisy answers, the model fitted to them, and synthetic rows."""

from __future__ import annotations

from collections.abc import Sequence

from dpsynth.privacy.account import Statement
from dpsynth.report.inputs import Candidate, LaidOut, Provenance, Published, TrainingRecord, one_way_counts
from dpsynth.run import forecast, provenance
from dpsynth.run.account import budget_view
from dpsynth.run.candidates import Made
from dpsynth.run.job import Job
from dpsynth.run.plan import Plan
from dpsynth.run.previous import previous
from dpsynth.synth.network.gan import GANMechanism
from dpsynth.synth.network.guard import Guarded
from dpsynth.synth.tree_model import CompressedModel
from dpsynth.utility import error_bars, marginals


def published(
    job: Job, statement: Statement, chosen: Made, made: Sequence[Made], data_files: tuple[tuple[str, str], ...]
) -> Published:
    """Everything that may leave.

    Args:
        job: the run.
        statement: the ledger's account of the population, with this release reserved.
        chosen: what is released.
        made: what each mechanism made; all of it is paid for.
        data_files: path in the bundle and SHA-256 of each data file.
    """
    plan, loaded, sampler = job.plan, job.plan.loaded, job.setting.sampler
    privacy, measured, model, codes = loaded.policy.privacy, chosen.measured, chosen.model, chosen.codes
    total = max(0.0, measured.total())
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
        paid_two_way=chosen.distance,
        data_files=data_files,
        bars=error_bars.error_bars(measured, codes, plan.domain, columns),
        dependence=error_bars.dependence(measured, codes, plan.domain, columns),
        previous=previous(job.folder),
        candidates=tuple(_candidate(m) for m in made) if len(made) > 1 else (),
        audit=job.audited,
        provenance=Provenance(provenance.versions(), provenance.code_digest(), sampler.name, job.setting.bits.name),
        noise_is_private=job.setting.private,
        rehearsal=job.setting.rehearsal,
        training=_training(chosen, made, plan),
        laid_out=None if plan.panel is None else LaidOut(plan.panel, plan.panel.size(codes)),
    )


def _candidate(made: Made) -> Candidate:
    """One of several, with its charged distance."""
    if made.distance is None:
        raise ValueError(f"Expected a charged distance of {made.mechanism.name}.")
    return Candidate(made.mechanism.event, made.measured, made.distance)


def _training(chosen: Made, made: Sequence[Made], plan: Plan) -> TrainingRecord | None:
    """What is said about a training on samples of people, if there was one: also where something else is released."""
    for one in made:
        if isinstance(one.mechanism, GANMechanism) and isinstance(one.model, Guarded):
            expected, facts = forecast.forecast(plan), one.model.facts
            return TrainingRecord(
                expected.parameters,
                expected.batch,
                expected.ratio,
                facts["chosen"],
                facts["distances"],
                facts["limit"],
                one is chosen,
            )
    return None
