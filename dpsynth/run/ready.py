"""What must be in order before anything is reserved or opened."""

from __future__ import annotations

from dataclasses import dataclass

from dpsynth.audit import store
from dpsynth.audit.result import AuditResult
from dpsynth.audit.suite import Effort, audit_policy
from dpsynth.errors import AuditError, BudgetError, DpsynthError
from dpsynth.privacy.account import exact_rho, to_nano
from dpsynth.privacy.lifetime import lifetime_order, lifetime_to_nano
from dpsynth.privacy.noise import DiscreteGaussian
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.run import preflight
from dpsynth.run.contents import Sources, contents_of
from dpsynth.run.plan import Plan
from dpsynth.run.progress import Progress
from dpsynth.run.setting import Setting


@dataclass(frozen=True)
class Ready:
    """What a run may begin with.

    Attributes:
        sources: the tables; no row was read.
        audited: the audit of the promise.
    """

    sources: Sources
    audited: AuditResult


def ready(plan: Plan, setting: Setting, progress: Progress) -> Ready:
    """Checks the machine, the tables and the promise.

    Raises:
        DpsynthError: something is not in order. No row was read.
    """
    progress.stage("check")
    sources = structure(plan, setting)
    progress.stage("audit")
    audited = _audited(plan)
    if isinstance(setting.sampler, DiscreteGaussian):
        setting.sampler.ready()
    return Ready(sources, audited)


def structure(plan: Plan, setting: Setting) -> Sources:
    """Checks disk, memory, the tables' structure and the lifetime budget; returns the tables.

    Raises:
        DpsynthError: something is not in order. No row was read.
    """
    preflight.check(plan, setting.out)
    contents = contents_of(plan)
    sources = contents.sources(setting)
    contents.check(sources)
    _fits_a_lifetime(plan)
    return sources


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
