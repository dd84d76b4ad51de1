"""The charge of a run, taken before a byte of its data is read, and given back where nothing was opened."""

from __future__ import annotations

import shutil
from contextlib import suppress

from dpsynth.errors import DpsynthError, Interrupted, LedgerError
from dpsynth.privacy.ledger import Ledger
from dpsynth.run import anchored
from dpsynth.run.begun import Begun
from dpsynth.run.folder import RunFolder
from dpsynth.run.plan import Plan
from dpsynth.run.setting import Setting


def reserve(plan: Plan, begun: Begun, setting: Setting, ledger: Ledger) -> None:
    """Takes the whole charge of a run that has begun; if it is refused, nothing of the run is left.

    An error or Ctrl-C can come between the ledger's entry and its answer: what was taken is given back.

    Raises:
        BudgetError: it does not fit.
        LedgerError: the ledger cannot be used, or does not know what was released about these people.
    """
    policy, privacy = plan.loaded.policy, plan.loaded.policy.privacy
    folder = begun.folder(setting.out, policy.id)
    try:
        folder.clean_after_crashes()
        if not setting.throw_away_ledger:
            anchored.demand(setting.out, policy.source.population, ledger)
        ledger.register(policy.source.population, privacy.unit, privacy.lifetime.epsilon, privacy.lifetime.delta)
        ledger.reserve(
            policy.source.population,
            begun.run_id,
            policy.id,
            plan.loaded.digest,
            plan.guarantee.mu_squared,
            sampled=plan.guarantee.sampled,
            private=setting.private,
        )
    except BaseException as error:
        if not undone(folder, policy.source.population, ledger):
            raise left_reserved(error, folder) from None
        raise


def undone(folder: RunFolder, population: str, ledger: Ledger) -> bool:
    """Gives back what was reserved for a run that was never opened, and removes its folder.

    Returns:
        Whether it is certain that nothing is charged; otherwise the folder stays.
    """
    run_id = folder.root.name
    try:
        with suppress(DpsynthError):  # it was not reserved
            ledger.void(population, run_id)
        charges = ledger.statement(population).charges if population in ledger.populations() else ()
    except DpsynthError:
        return False
    if any(c.run_id == run_id and c.state != "void" for c in charges):
        return False
    shutil.rmtree(folder.root, ignore_errors=True)
    return True


def left_reserved(error: BaseException, *folders: RunFolder) -> BaseException:
    """The error that ended a reservation, with the runs of which it is not known whether they are charged."""
    names = ", ".join(str(folder.root) for folder in folders)
    said = f"Perhaps reserved: {names}. When the ledger is there again, `dpsynth budget void RUN` gives it back."
    if isinstance(error, DpsynthError):
        error.args = (f"{error} {said}",)
        return error
    if isinstance(error, KeyboardInterrupt):
        return Interrupted(f"Stopped by hand. {said}")
    return LedgerError(f"The charge could not be reserved ({type(error).__name__}). {said}")
