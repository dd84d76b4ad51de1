"""One release, from the policy to the bundle.

    policy -> plan -> preflight -> reserve -> open -> measure -> fit -> sample -> utility -> attacks -> report -> bundle

Everything after `measure` and the paid utility question is post-processing or internal evaluation. Whatever fails
after `open` leaves the charge in the ledger.
"""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from pathlib import Path

import numpy as np

from dpsynth import _files
from dpsynth.audit import store
from dpsynth.audit.result import AuditResult
from dpsynth.audit.suite import Effort, audit_policy
from dpsynth.data import surrogate
from dpsynth.data.examples import open_table
from dpsynth.data.open import check_structure, open_source
from dpsynth.data.source import BoundedSource, TableSource
from dpsynth.domain.attribute import Codes
from dpsynth.errors import AuditError, BudgetError, DpsynthError
from dpsynth.policy.block import Language
from dpsynth.policy.load import LoadedPolicy
from dpsynth.privacy import events
from dpsynth.privacy.account import exact_rho, to_nano
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.lifetime import lifetime_order, lifetime_to_nano
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.report.inputs import Inputs, Inside, Published
from dpsynth.run import bundle, evaluation, paper, preflight, publication
from dpsynth.run.candidates import Made, closest
from dpsynth.run.diary import Diary, peak_memory
from dpsynth.run.job import Job, Outcome, Setting
from dpsynth.run.plan import Plan
from dpsynth.run.progress import Progress
from dpsynth.signoff.book import open_book
from dpsynth.synth import model_file
from dpsynth.synth.base import Measurements, Mechanism, Model
from dpsynth.utility import marginals

NO_REPORT = b"The internal report could not be made. The reason is in failure-report.txt beside this file.\n"

STAGES = ("check", "audit", "read", "measure", "fit", "sample", "utility", "attack", "report", "seal")


def run(plan: Plan, setting: Setting, progress: Progress) -> Outcome:
    """Makes one release.

    Raises:
        DpsynthError: one clear error; `charged` tells whether the budget stays spent.
    """
    policy = plan.loaded.policy
    progress.stage("check")
    preflight.check(plan, setting.out)
    source = _source(plan, setting)
    check_structure(policy.table, plan.domain, source.schema())
    _fits_a_lifetime(plan)
    progress.stage("audit")
    audited = _audited(plan)
    if isinstance(setting.sampler, DiscreteGaussian):
        setting.sampler.ready()
    created = setting.frozen.now if setting.frozen else dt.datetime.now(dt.UTC)
    kind = "rehearsal-" if setting.rehearsal else ""
    run_id = setting.frozen.run_id if setting.frozen else f"{kind}{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    job = Job(plan, setting, audited, run_id, created)
    ledger = open_book(setting.ledger_url)
    try:
        return _Run(job, progress, ledger, source).guarded()
    finally:
        ledger.close()


def rehearse(plan: Plan, out: Path, progress: Progress) -> Outcome:
    """Walks the whole way on data drawn from the policy, with a throw-away ledger. No real file is opened."""
    with tempfile.TemporaryDirectory(prefix="dpsynth-rehearsal-") as place:
        setting = Setting(out, f"sqlite:///{place}/ledger.sqlite", throw_away_ledger=True, rehearsal=True)
        return run(plan, setting, progress)


def _fits_a_lifetime(plan: Plan) -> None:
    """Refuses a release that its own lifetime budget can never hold, before the ledger fixes that budget for ever."""
    lifetime = plan.loaded.policy.privacy.lifetime
    epsilon, delta = Epsilon(lifetime.epsilon), Delta(lifetime.delta)
    whole = lifetime_to_nano(epsilon, delta)
    nano = to_nano(plan.guarantee.mu_squared, plan.guarantee.sampled, lifetime_order(epsilon, delta))
    if nano > whole:
        raise BudgetError(
            f"{plan.loaded.at('privacy', 'lifetime')}: this release needs rho {exact_rho(nano)}, more than the whole "
            f"lifetime budget of rho {exact_rho(whole)}. Nothing was charged. Lower privacy.epsilon or raise "
            "privacy.lifetime.epsilon."
        )


def _audited(plan: Plan) -> AuditResult:
    """An audit of this code and this promise: the one that was kept, or one of the length that the policy sets.

    Before anything is reserved: what an audit contradicts must not spend anybody's budget.

    Raises:
        AuditError: it contradicts the promise, or the mechanism fails on the audit's small tables.
    """
    runs = plan.loaded.policy.audit.runs
    found = store.find(plan.loaded)
    if found is None or found.runs < runs:
        try:
            found = audit_policy(plan.loaded, Effort(runs))
        except (DpsynthError, MemoryError):
            raise
        except Exception as error:  # of a plug-in; no real person is in it
            names = " or ".join(map(repr, plan.loaded.policy.synthesis.mechanisms))
            raise AuditError(
                f"The mechanism {names} failed on the audit's small table of invented people "
                f"({type(error).__name__}: {error}). Nothing was read and nothing was charged. Mend the mechanism, or "
                "choose another one in synthesis.mechanism."
            ) from None
        store.keep(plan.loaded, found)
    found.demand()
    return found


def _source(plan: Plan, setting: Setting) -> TableSource:
    policy, table = plan.loaded.policy, plan.loaded.policy.table
    if setting.rehearsal:
        people, rows = policy.source.max_patients, policy.privacy.contribution.max_rows_per_unit
        return surrogate.surrogate_table(plan.domain, table.unit_key, people, rows, np.random.default_rng())
    return open_table(plan.loaded.data_path, table.delimiter)


class _Run:
    """The state of one run, stage by stage."""

    def __init__(self, job: Job, progress: Progress, ledger: Ledger, source: TableSource) -> None:
        self.job, self.progress, self.ledger, self.table_source = job, progress, ledger, source
        self.plan, self.policy, self.folder = job.plan, job.plan.loaded.policy, job.folder
        self.diary = Diary(self.folder, job.run_id, progress)
        # Public randomness; privacy noise never comes from here. Separate streams: what the attacks draw depends on
        # how many people there are, and must not move what is drawn for the release.
        seed = np.random.SeedSequence(job.setting.frozen.seed if job.setting.frozen else None)
        self.sampling, self.decoding, self.attacking = (np.random.default_rng(s) for s in seed.spawn(3))

    def guarded(self) -> Outcome:
        """Runs, and leaves a consistent state whatever happens."""
        population = self.policy.source.population
        privacy = self.policy.privacy
        self.folder.clean_after_crashes()
        self.ledger.register(population, privacy.unit, privacy.lifetime.epsilon, privacy.lifetime.delta)
        self.ledger.reserve(
            population,
            self.job.run_id,
            self.policy.id,
            self.plan.loaded.digest,
            self.plan.guarantee.mu_squared,
            sampled=self.plan.guarantee.sampled,
            private=self.job.setting.private,
        )
        try:
            with self.diary.quiet_libraries():
                self.folder.create()
                self.folder.hold()
                outcome = self._release()
            self.diary.write_state("complete", 0)
            if not self.job.setting.rehearsal:
                self.folder.mark_latest()
            return outcome
        except BaseException as error:
            self._give_back()  # first: whether the charge stands is part of the message
            failure = self.diary.failure(error)
            self.diary.write_state("failed", failure.exit_code)
            raise failure from None
        finally:
            self.folder.release()

    def _release(self) -> Outcome:
        source = self._read()
        curator = Curator(
            source.train,
            self.plan.domain,
            source.rows_per_unit,
            self.plan.guarantee.mu_squared,
            events.cells(self.plan.event),
            self.job.setting.sampler,
            self.plan.guarantee.sampled,
            self.job.setting.bits,
        )
        self.diary.stage("measure")
        mechanisms = self.plan.mechanisms
        measured = [self._measured(mechanism, curator) for mechanism in mechanisms]
        self.diary.stage("fit")
        models = [self._fitted(mechanism, m) for mechanism, m in zip(mechanisms, measured, strict=True)]
        self.diary.stage("sample")
        tables = [self._sampled(m, model) for m, model in zip(measured, models, strict=True)]
        self.diary.stage("utility")
        made = [
            Made(*parts, self._distance(curator, parts[1], parts[3]))
            for parts in zip(mechanisms, measured, models, tables, strict=True)
        ]
        chosen = closest(made)
        del curator
        self._save_policy(chosen.measured.mechanism)
        data_files = bundle.write_tables(self.job, chosen.codes, self.decoding)
        statement = self.ledger.statement(self.policy.source.population)
        published = publication.published(self.job, statement, chosen, made, data_files)
        # The public half is complete before anything looks at real rows without protection.
        bundle.write_report(self.job, published)
        self._on_paper(self.folder.public, _files.PUBLIC)
        bundle.describe(self.job, published)
        self._evaluate(source, chosen, published)
        self.diary.stage("seal")
        digest = bundle.seal(self.job, published, source.commitment)
        self.ledger.commit(self.policy.source.population, self.job.run_id, digest)
        self.diary.close()
        return Outcome(self.folder, self.job.run_id, digest, self.ledger.is_new, self.diary.timings, peak_memory())

    def _measured(self, mechanism: Mechanism, curator: Curator) -> Measurements:
        """The only step of a mechanism that touches rows. Its answers are on disk before anything is done to them."""
        measured = mechanism.measure(curator)
        model_file.save_measurements(self.folder.measured, measured)
        return measured

    def _fitted(self, mechanism: Mechanism, measured: Measurements) -> Model:
        model = mechanism.fit(measured)
        model_file.save_model(self.folder.model / f"{measured.mechanism}.npz", model)
        return model

    def _sampled(self, measured: Measurements, model: Model) -> Codes:
        rows = synthetic_rows(self.plan.loaded, max(0.0, measured.total()))
        return model.sample(rows, self.sampling, rounding=self.policy.synthesis.rows.rounding)

    def _distance(self, curator: Curator, measured: Measurements, codes: Codes) -> marginals.MarginalError | None:
        """The charged answer how far synthetic rows are from the data, where the policy pays for it."""
        sigma = self.plan.utility_sigma
        return (
            None
            if sigma is None
            else marginals.paid(curator, codes, self.plan.domain, max(0.0, measured.total()), sigma)
        )

    def _evaluate(self, source: BoundedSource, chosen: Made, published: Published) -> None:
        """The internal evaluation and its report; writes them.

        It looks at contents of rows, so nothing in it may end the run or say anything: what fails is left out of the
        report (which says so) and described under internal/.
        """
        nothing: tuple[marginals.MarginalError, ...] = ()
        utility = self.diary.guard(
            "utility", lambda: evaluation.utility(source, chosen.codes, self.plan.domain), nothing
        )
        self.diary.stage("attack")
        attacks = evaluation.attack(self.plan, chosen.mechanism, source, chosen.codes, self.attacking, self.diary.guard)
        self.diary.stage("report")
        inputs = Inputs(published, Inside(utility, attacks, evaluation.steward_notes(source)))
        release = self.policy.release
        nothing_said = (b"{}", dict.fromkeys(release.languages, NO_REPORT))
        facts, pages = self.diary.guard("report", lambda: _internal_report(inputs), nothing_said)
        _files.write_whole(self.folder.internal / "facts.json", facts)
        for language, html in pages.items():
            _files.write_whole(self.folder.internal / f"report.{language}.html", html)
        self._on_paper(self.folder.internal, _files.PRIVATE)

    def _on_paper(self, folder: Path, mode: int) -> None:
        """Reports as PDFs too, where the policy asks for them. A release is complete without: `dpsynth pdf` remains."""
        if self.policy.release.pdf:
            self.diary.guard(f"pdf-{folder.name}", lambda: paper.beside(folder, mode), None)

    def _read(self) -> BoundedSource:
        population = self.policy.source.population
        key = self.ledger.split_key(population)
        self.diary.stage("read")

        def opened() -> None:
            self.ledger.opened(population, self.job.run_id)
            self.diary.opened = True

        source = open_source(
            self.policy.table,
            self.policy.source,
            self.policy.privacy.contribution,
            self.plan.domain,
            self.table_source,
            key,
            opened,
            self.progress.fraction,
            spill=self.folder.spill,
        )
        self.ledger.read(population, self.job.run_id, source.commitment)
        return source

    def _give_back(self) -> None:
        if not self.diary.opened:
            try:
                self.ledger.void(self.policy.source.population, self.job.run_id)
            except DpsynthError:
                self.diary.opened = True  # the ledger is out of reach: say that the charge stands

    def _save_policy(self, mechanism: str) -> None:
        loaded = self.plan.loaded
        value = {
            # As text: the order of the columns is the order of the codes, and sorting keys would lose it.
            "policy": loaded.policy.model_dump_json(by_alias=True),
            "code_lists": loaded.code_lists,
            "maps": loaded.maps,
            "digest": loaded.digest,
            "mechanism": mechanism,
            "rehearsal": self.job.setting.rehearsal,
        }
        _files.write_json(self.folder.model / "policy.json", value)


def _internal_report(inputs: Inputs) -> tuple[bytes, dict[Language, bytes]]:
    """The facts, and the report by language."""
    from dpsynth.report.document import internal_facts
    from dpsynth.report.render import render

    facts = internal_facts(inputs)
    languages = inputs.published.policy.release.languages
    return _files.indented_json(facts), {x: render(facts, "internal", x).encode() for x in languages}


def synthetic_rows(loaded: LoadedPolicy, total: float) -> int:
    """Rows to generate: ratio times the noisy size of the source, of which training saw all but the holdout."""
    return max(1, round(loaded.policy.synthesis.rows.ratio * total / (1 - loaded.policy.source.holdout.share)))
