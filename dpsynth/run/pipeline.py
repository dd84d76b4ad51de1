"""One release, from the policy to the bundle.

    policy -> plan -> preflight -> reserve -> open -> measure -> fit -> sample -> utility -> attacks -> report -> bundle

Everything after `measure` and the paid utility question is post-processing or internal evaluation. Whatever fails
after `open` leaves the charge in the ledger.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dpsynth import _files
from dpsynth.errors import BrokenBundleError, DpsynthError, LedgerError, UsageError
from dpsynth.policy.block import Language
from dpsynth.privacy.journal import AnswerFolder
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.noise import DiscreteGaussian, Sampler
from dpsynth.privacy.randomness import SYSTEM_BITS, Bits
from dpsynth.release.manifest import MANIFEST
from dpsynth.report.inputs import Inputs
from dpsynth.run import begun as beginning
from dpsynth.run import bundle, paper
from dpsynth.run.contents import Randomness, Source, Sources, contents_of
from dpsynth.run.diary import Diary, peak_memory
from dpsynth.run.folder import RunFolder
from dpsynth.run.job import Job, Outcome
from dpsynth.run.plan import Plan
from dpsynth.run.plan import plan as planned
from dpsynth.run.progress import Progress, TrainingSteps
from dpsynth.run.ready import ready
from dpsynth.run.reservation import reserve
from dpsynth.run.setting import Setting
from dpsynth.signoff.book import open_book

NO_REPORT = b"The internal report could not be made. The reason is in failure-report.txt beside this file.\n"

STAGES = ("check", "audit", "read", "measure", "fit", "sample", "utility", "attack", "report", "seal")


def run(plan: Plan, setting: Setting, progress: Progress) -> Outcome:
    """Makes one release.

    Raises:
        DpsynthError: one clear error; `charged` tells whether the budget stays spent.
    """
    started = ready(plan, setting, progress)
    with closing(open_book(setting.ledger_url)) as ledger:
        begun = beginning.begin(plan.loaded, setting)
        job = Job(plan, setting, started.audited, begun)
        with job.folder.held():
            reserve(plan, begun, setting, ledger)
            diary = Diary(job.folder, begun.run_id, progress)
            with _guarded(plan, setting, ledger, diary):
                return _Run(job, progress, ledger, started.sources, diary).release()


def resume(
    root: Path, ledger_url: str, progress: Progress, sampler: Sampler | None = None, bits: Bits = SYSTEM_BITS
) -> Outcome:
    """Goes on with a run that was reserved or that stopped. Answers that it has are not drawn or charged again.

    Args:
        root: folder of the run.
        ledger_url: its ledger.
        progress: shown to whoever waits.
        sampler: privacy noise, of the kind that the run was begun with.
        bits: samples of people, likewise.

    Raises:
        DpsynthError: one clear error; `charged` tells whether the budget stays spent.
    """
    root = root.resolve()
    begun = beginning.read(root)
    loaded = beginning.policy_of(begun)
    plan, sampler = planned(loaded), sampler or DiscreteGaussian()
    setting = Setting(root.parent.parent, ledger_url, begun.throw_away_ledger, sampler=sampler, bits=bits)
    folder = begun.folder(setting.out, loaded.policy.id)
    if folder.root != root or not begun.is_in(folder):
        raise UsageError(
            f"{root} is not the folder in which run {begun.run_id} of policy {loaded.policy.id} began, but a copy or "
            "moved. A run goes on only in the folder where it began. Start a new run, which is charged anew."
        )
    if (sampler.name, bits.name) != begun.noise:
        raise UsageError(f"Run {begun.run_id} began with noise of {' and '.join(begun.noise)}. Give the same.")
    diary = Diary(folder, begun.run_id, progress)
    with folder.held(), closing(open_book(ledger_url, create=False)) as ledger:
        folder.remove_unfinished()
        digest = _sealed(loaded.policy.source.population, begun.run_id, ledger, diary)
        if digest is not None:
            _finish(folder, begun.run_id, digest, diary)
            language = loaded.policy.release.binding_language
            return Outcome(folder, begun.run_id, digest, language, ledger.is_new, diary.timings, peak_memory())
        with _guarded(plan, setting, ledger, diary):
            folder.clear()
            started = ready(plan, setting, progress)
            job = Job(plan, setting, started.audited, begun)
            return _Run(job, progress, ledger, started.sources, diary).release()


def rehearse(plan: Plan, out: Path, progress: Progress) -> Outcome:
    """Walks the whole way on data drawn from the policy, with a throw-away ledger. No real file is opened."""
    with tempfile.TemporaryDirectory(prefix="dpsynth-rehearsal-") as place:
        setting = Setting(out, f"sqlite:///{place}/ledger.sqlite", throw_away_ledger=True, rehearsal=True)
        return run(plan, setting, progress)


@contextmanager
def _guarded(plan: Plan, setting: Setting, ledger: Ledger, diary: Diary) -> Iterator[None]:
    """Leaves a consistent state whatever happens."""
    try:
        with diary.quiet_libraries():
            yield
        diary.write_state("complete", 0)
        diary.folder.forget_answers()
        if not setting.rehearsal:
            diary.folder.mark_latest()
    except BaseException as error:
        _give_back(plan, ledger, diary)  # first: whether the charge stands is part of the message
        failure = diary.failure(error)
        diary.write_state("failed", failure.exit_code)
        raise failure from None


def _give_back(plan: Plan, ledger: Ledger, diary: Diary) -> None:
    if not diary.opened:
        try:
            ledger.void(plan.loaded.policy.source.population, diary.run_id)
        except DpsynthError:
            diary.opened = True  # the ledger is out of reach: say that the charge stands


def _sealed(population: str, run_id: str, ledger: Ledger, diary: Diary) -> str | None:
    """The manifest's digest of a run that is over according to the ledger; None for one that can go on.

    Raises:
        LedgerError: the ledger does not know the run, or has its charge given back.
    """
    steps = {e.kind: e for e in ledger.entries() if e.run_id == run_id and e.population == population}
    if "reserve" not in steps or "void" in steps:
        found = "was given back to" if "void" in steps else "is not in"
        raise LedgerError(
            f"The charge of run {run_id} {found} the ledger {ledger.url}. Give the ledger of the run with --ledger; if "
            "this is it, nothing is charged, and a new run takes its place."
        )
    diary.opened, diary.measuring = "opened" in steps, "measuring" in steps
    return str(steps["commit"].body["manifest_digest"]) if "commit" in steps else None


def _finish(folder: RunFolder, run_id: str, digest: str, diary: Diary) -> None:
    """What was left to do when the process ended between the ledger's last entry and its own."""
    try:
        whole = _files.sha256(folder.public / MANIFEST) == digest
    except OSError:
        whole = False
    if not whole:
        raise BrokenBundleError(f"{folder.public} is not what run {run_id} sealed. Restore it from a backup.")
    if not folder.state.exists():
        diary.write_state("complete", 0)
    folder.forget_answers()
    folder.mark_latest()


class _Run:
    """The state of one run, stage by stage."""

    def __init__(self, job: Job, progress: Progress, ledger: Ledger, sources: Sources, diary: Diary) -> None:
        self.job, self.progress, self.ledger, self.sources = job, progress, ledger, sources
        self.plan, self.policy, self.folder = job.plan, job.plan.loaded.policy, job.folder
        self.diary = diary
        self.contents = contents_of(job.plan)
        self.randomness = Randomness.of(job.begun.seed)

    def release(self) -> Outcome:
        """Makes the release."""
        contents, folder, randomness = self.contents, self.folder, self.randomness
        source = self._read()
        # The file that says of which rows the answers are, then the ledger's word that there may be some, then noise.
        journal = AnswerFolder(folder.answers, source.commitment, begun=self.diary.measuring)
        self.ledger.measuring(self.policy.source.population, self.job.run_id)
        steps = sum(part.steps for part in self.plan.guarantee.sampled)
        told = TrainingSteps(journal, steps, self.progress.fraction) if steps else journal
        curator = contents.curator(source, self.job.setting, told)
        self.diary.stage("measure")
        measured = contents.measure(curator, folder)
        self.diary.stage("fit")
        models = contents.fit(measured, folder)
        self.diary.stage("sample")
        rows = contents.sample(measured, models, randomness)
        self.diary.stage("utility")
        made = contents.compare(curator, measured, models, rows)
        del curator
        self._save_policy(contents.mechanism(made))
        data_files = contents.write(self.job, made, randomness)
        statement = self.ledger.statement(self.policy.source.population)
        published = contents.published(self.job, statement, made, data_files)
        # The public half is complete before anything looks at real rows without protection.
        bundle.write_report(self.job, published)
        self._on_paper(folder.public, _files.PUBLIC)
        bundle.describe(self.job, published)
        # It looks at contents of rows, so nothing in it may end the run or say anything: what fails is left out of the
        # report (which says so) and described under internal/.
        inside = contents.evaluate(source, made, randomness, self.diary.guard, self.diary.stage)
        self._write_internal(Inputs(published, inside))
        self.diary.stage("seal")
        digest = bundle.seal(self.job, published, source.commitment)
        self.ledger.commit(self.policy.source.population, self.job.run_id, digest)
        self.diary.close()
        language = self.policy.release.binding_language
        return Outcome(folder, self.job.run_id, digest, language, self.ledger.is_new, self.diary.timings, peak_memory())

    def _write_internal(self, inputs: Inputs) -> None:
        """The internal report."""
        self.diary.stage("report")
        nothing_said = (b"{}", dict.fromkeys(self.policy.release.languages, NO_REPORT))
        facts, pages = self.diary.guard("report", lambda: _internal_report(inputs), nothing_said)
        _files.write_whole(self.folder.internal / "facts.json", facts)
        for language, html in pages.items():
            _files.write_whole(self.folder.internal / f"report.{language}.html", html)
        self._on_paper(self.folder.internal, _files.PRIVATE)

    def _on_paper(self, folder: Path, mode: int) -> None:
        """Reports as PDFs too, where the policy asks for them. A release is complete without: `dpsynth pdf` remains."""
        if self.policy.release.pdf:
            self.diary.guard(f"pdf-{folder.name}", lambda: paper.beside(folder, mode), None)

    def _read(self) -> Source:
        population = self.policy.source.population
        key = self.ledger.split_key(population)
        self.diary.stage("read")

        def opened() -> None:
            if not self.diary.opened:  # a run that is resumed had opened them before
                self.ledger.opened(population, self.job.run_id)
                self.diary.opened = True

        found: Source = self.contents.open(self.sources, key, opened, self.progress.fraction, self.folder.spill)
        return found

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
