"""Many releases at once: all checked and all reserved before the first one is begun.

A run of a batch is a run like any other, reserved here and carried on by `pipeline.resume`, in a process of this
machine (`workers`) or of another one (`slurm`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from dpsynth.errors import BudgetError, DpsynthError, LedgerError, ResourceError, UsageError
from dpsynth.policy.load import LoadedPolicy, load
from dpsynth.privacy.ledger import Ledger
from dpsynth.privacy.ledger_tables import RUN_KINDS
from dpsynth.run import batch_file, together
from dpsynth.run import begun as beginning
from dpsynth.run.batch_file import BATCH, Item, Items
from dpsynth.run.begun import Begun
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import Plan, plan
from dpsynth.run.ready import structure
from dpsynth.run.reservation import left_reserved, reserve, undone
from dpsynth.run.setting import Setting
from dpsynth.signoff.book import open_book


def present(out: Path, items: Sequence[Item], ledger_url: str) -> Items:
    """The items as their runs stand now, according to ledger and disk.

    Raises:
        LedgerError: it is not the ledger of these runs.
    """
    with closing(open_book(ledger_url, create=False)) as ledger:
        steps = _steps(ledger)
    return tuple(_present(item, out, steps) for item in items)


def prepare(policies: Sequence[Path], setting: Setting, *, resume: bool = False, as_far: bool = False) -> Items:
    """Checks all policies, then all charges together, then reserves them. No data are opened.

    Args:
        policies: their files, in the order in which the budget is given out.
        setting: where the runs happen.
        resume: carry on with the runs of the batch before; what is released already is left alone.
        as_far: reserve what fits, in the declared order, instead of refusing the whole batch.

    Raises:
        UsageError: a file comes twice, or the batch before is not over and shall not be carried on.
        BudgetError: the charges do not fit together. Nothing was charged.
        LedgerError, ResourceError: ledger or disk cannot be used.
    """
    paths = [str(path.absolute()) for path in policies]
    if twice := {path for path in paths if paths.count(path) > 1}:
        raise UsageError(f"{min(twice)} is given twice. Give each policy once.")
    before = _earlier(setting, resume=resume)
    earlier = {item.policy: item for item in before if resume}
    paths += [path for path in earlier if path not in paths]
    if not paths:
        raise UsageError("Give policies, or --resume after a batch that is not over.")
    items, plans = [], dict[int, Plan]()
    for number, path in enumerate(paths):
        item, planned = _item(path, earlier.get(path), setting)
        items.append(item)
        if planned is not None:
            plans[number] = planned
    with closing(open_book(setting.ledger_url)) as ledger:
        for number, error in together.disagreeing(plans, ledger).items():
            del plans[number]
            items[number] = items[number].refused(error, "broken")
        for number, error in together.over_budget(plans, ledger).items():
            del plans[number]
            items[number] = items[number].refused(error, "over_budget")
        left_out = {path for path, item in earlier.items() if item.state == "over_budget"}  # by whoever began it
        refused = next((i for i in items if i.state == "over_budget" and i.policy not in left_out), None)
        if refused is not None and not as_far:
            where = "" if refused.message.startswith(refused.policy) else f"{refused.policy}: "
            raise BudgetError(
                f"The batch does not fit, and none of it was begun. {where}{refused.message} Or give "
                "--as-far-as-budget-goes: what fits is made, in the order in which the policies are given."
            )
        _reserve(items, plans, setting, ledger, as_far=as_far)
    batch_file.save(setting.out, items)
    return tuple(items)


def _item(path: str, before: Item | None, setting: Setting) -> tuple[Item, Plan | None]:
    """The item of a policy, and its plan if a run of it shall begin.

    What is charged and not over is carried on with, whatever its policy says now: its run will tell.
    """
    if before is not None and before.run and before.state != "complete":
        return before, None
    item = Item(path)
    try:
        loaded = load(Path(path))
        item = replace(item, policy_id=loaded.policy.id)
        if before is not None and before.run and _is_of(setting.out / before.run, loaded):
            return before, None
        planned = plan(loaded)
        structure(planned, setting)
        return item, planned
    except BudgetError as error:  # more than a whole lifetime
        return item.refused(error, "over_budget"), None
    except DpsynthError as error:
        return item.refused(error, "broken"), None


def _is_of(run: Path, loaded: LoadedPolicy) -> bool:
    """Whether a release was made of the policy as it is now."""
    return beginning.read(run).policy_digest == loaded.digest


def give_back(out: Path, items: Sequence[Item], ledger_url: str) -> Items:
    """Gives the charges of runs back that wait and were never opened; their folders go, too."""
    with closing(open_book(ledger_url, create=False)) as ledger:
        return tuple(_given_back(item, out, ledger) if item.state == "reserved" else item for item in items)


def void(root: Path, ledger: Ledger) -> None:
    """Gives the charge of a run back whose data were never opened.

    Raises:
        ResourceError: it is going on.
        LedgerError: the ledger does not know it, or its data were opened: then the charge stands.
    """
    run_id = root.resolve().name
    if RunFolder(root).goes_on:
        raise ResourceError(f"The run {root} is going on in another process. Let it finish, or stop it.")
    population = next((e.population for e in ledger.entries() if e.run_id == run_id and e.kind == "reserve"), None)
    if population is None:
        raise LedgerError(f"Run {run_id} is not in the ledger {ledger.url}. Give its ledger with --ledger.")
    ledger.void(population, run_id)


def _given_back(item: Item, out: Path, ledger: Ledger) -> Item:
    try:
        void(out / item.run, ledger)
    except DpsynthError:
        return item  # it was opened after all
    shutil.rmtree(out / item.run, ignore_errors=True)
    return replace(item, run="", exit_code=130, state="failed", message="Not begun: the batch was stopped.")


def _earlier(setting: Setting, *, resume: bool) -> Items:
    """The batch before, as it stands; refuses to forget it while runs of it are charged and not over."""
    items = batch_file.read(setting.out)
    if not items:
        return ()
    items = present(setting.out, items, setting.ledger_url)
    pending = [item for item in items if item.run and item.state != "complete"]
    if pending and not resume:
        raise UsageError(
            f"The batch before is not over: {len(pending)} of its runs are charged and not released. Give --resume to "
            f"carry on with them, or move {setting.out / BATCH} away to begin anew, which is charged anew."
        )
    if going := [item.run for item in items if item.state == "running"]:
        raise UsageError(f"{setting.out / going[0]} is going on in another process. Let it finish.")
    return items


def _steps(ledger: Ledger) -> dict[str, str]:
    """Run -> its last step in the ledger."""
    return {e.run_id: e.kind for e in ledger.entries() if e.run_id and e.kind in RUN_KINDS}


def _present(item: Item, out: Path, steps: dict[str, str]) -> Item:
    if not item.run:
        return item
    folder = RunFolder(out / item.run)
    if folder.goes_on:
        return replace(item, state="running", exit_code=0, message="")
    match steps.get(folder.root.name):
        case "commit":
            return replace(item, state="complete", exit_code=0, message="")
        case "reserve":
            return replace(item, state="reserved", exit_code=0, message="")
        case "opened" | "measuring":
            code, message = _ended(folder)
            return replace(item, state="failed", exit_code=code, message=item.message or message)
    if folder.answers.is_dir():
        raise LedgerError(
            f"The ledger does not know run {folder.root}, which has measured: it is not the one of this batch. Give "
            "the right one with --ledger."
        )
    return replace(item, run="", state="failed", message=item.message or "Nothing is charged.")


def _ended(folder: RunFolder) -> tuple[int, str]:
    """Exit code and words for a run whose data were opened and that is not over."""
    try:
        code = int(json.loads(folder.state.read_text(encoding="utf-8"))["exit_code"])
        return code, f"It stopped with exit code {code}; its charge stands. It can be resumed."
    except (OSError, ValueError, KeyError, TypeError):
        return 1, "Its process was killed; its charge stands. It can be resumed."


def _reserve(items: list[Item], plans: dict[int, Plan], setting: Setting, ledger: Ledger, *, as_far: bool) -> None:
    """Reserves; gives everything back if somebody else took in the meantime what was left.

    The runs are written down before the first of them is charged, so that a batch that is killed here is not forgotten.
    """
    begun = {number: beginning.begin(planned.loaded, setting) for number, planned in plans.items()}
    for number, one in begun.items():
        items[number] = replace(items[number], run=f"{items[number].policy_id}/{one.run_id}")
    batch_file.save(setting.out, items)
    with _all_or_nothing(plans, begun, setting, ledger):
        for number, planned in plans.items():
            try:
                reserve(planned, begun[number], setting, ledger)
            except BudgetError as error:
                if not as_far:
                    raise
                items[number] = replace(items[number].refused(error, "over_budget"), run="")


@contextmanager
def _all_or_nothing(
    plans: Mapping[int, Plan], begun: Mapping[int, Begun], setting: Setting, ledger: Ledger
) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        left = []
        for number, planned in plans.items():
            policy = planned.loaded.policy
            folder = begun[number].folder(setting.out, policy.id)
            if not undone(folder, policy.source.population, ledger) and str(folder.root) not in str(error):
                left.append(folder)
        if left:
            raise left_reserved(error, *left) from None
        raise
