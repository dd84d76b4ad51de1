"""The states of a release, and which act leads from one to the next.

    draft -> awaiting_review -> reviewed -> approved -> released -> superseded
                 |    ^            |           |           |
                 v    |            v           v           v
               returned         rejected   withdrawn   withdrawn

Blocked is computed, never chosen: only a new run leads out of it. An approval that is not used in time is expired.
Whoever signs is not the author, and signs in one role only. Each signature names the bytes of the manifest and the
submission that it answers to; other bytes, or a later submission, make a draft of everything that was signed before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from dpsynth.errors import SignoffError
from dpsynth.policy.signoff import Signoff
from dpsynth.signoff.acts import Act
from dpsynth.signoff.register import Register, person
from dpsynth.signoff.statement import Kind

State = Literal[
    "draft",
    "awaiting_review",
    "reviewed",
    "approved",
    "released",
    "superseded",
    "returned",
    "rejected",
    "withdrawn",
    "blocked",
    "expired",
]
FROM: dict[Kind, tuple[State, ...]] = {
    "submission": ("draft", "returned", "expired"),
    "check": ("awaiting_review",),
    "opinion": ("awaiting_review", "reviewed"),
    "decision": ("reviewed",),
    "return": ("awaiting_review", "reviewed"),
    "release": ("approved",),
    "withdrawal": ("approved", "released"),
    "supersession": ("released",),
}
"""States in which each kind of act is possible."""
TO: dict[str, State] = {
    "submitted": "awaiting_review",
    "returned": "returned",
    "release": "approved",
    "release_with_conditions": "approved",
    "reject": "rejected",
    "released": "released",
    "withdrawn": "withdrawn",
    "superseded": "superseded",
}
"""Where an act leads by what it says; checks and opinions lead on when all are in."""
NEED_REASON = ("objection", "against", "reject", "returned", "withdrawn")
UNDER_CONDITIONS = ("in_favour_with_conditions", "release_with_conditions")


@dataclass(frozen=True)
class Case:
    """A release, as far as a sign-off depends on it.

    Attributes:
        release_id, policy_digest: which one.
        manifest_sha256: of its manifest, as it is now.
        rules: who must sign, from the policy.
        runners: accounts that ran it.
        obstacle: why it can never be approved; None if nothing stands against it.
        to_judge: whether the verdict leaves points to somebody's judgement.
    """

    release_id: str
    policy_digest: str
    manifest_sha256: str
    rules: Signoff
    runners: frozenset[str] = frozenset()
    obstacle: str | None = None
    to_judge: bool = False


@dataclass(frozen=True)
class Sealed:
    """A check that is in, and hidden until all are.

    Attributes:
        name: who checked.
        digest: SHA-256 of the envelope.
        sequence, at: number and time of the ledger's entry.
    """

    name: str
    digest: str
    sequence: int
    at: str


@dataclass(frozen=True)
class Progress:
    """How far a review has come.

    Attributes:
        state: as the acts leave it, without the clock.
        acts: of this submission, oldest first, the submission itself included.
        sealed: checks that are hidden.
        expires: until when an approval may be used.
        used: digests of all envelopes that counted, of earlier submissions too.
    """

    state: State = "draft"
    acts: tuple[Act, ...] = ()
    sealed: tuple[Sealed, ...] = ()
    expires: dt.datetime | None = None
    used: frozenset[str] = frozenset()

    @property
    def submission(self) -> Act | None:
        """With which the review was opened."""
        return self.acts[0] if self.acts else None

    def of(self, kind: Kind) -> tuple[Act, ...]:
        """Acts of one kind."""
        return tuple(a for a in self.acts if a.kind == kind)

    def at(self, now: dt.datetime) -> State:
        """The state at a time."""
        late = self.state == "approved" and self.expires is not None and now > self.expires
        return "expired" if late else self.state

    @property
    def disagreement(self) -> bool:
        """Whether somebody objects or advises against."""
        return any(a.says in ("objection", "against") for a in self.acts)


def admit(progress: Progress, act: Act, case: Case, register: Register, now: dt.datetime) -> None:
    """Says nothing if an act is allowed.

    Args:
        progress: before it.
        act: whose signatures fit.
        case: the release.
        register: of keys.
        now: time of the act.

    Raises:
        SignoffError: why it is not.
    """
    said, state = act.said, progress.at(now)
    if said.release_id != case.release_id:
        raise SignoffError(f"The {act.kind} is about the release {said.release_id}, not about {case.release_id}.")
    if (said.manifest_sha256, said.policy_digest) != (case.manifest_sha256, case.policy_digest):
        raise SignoffError(f"The {act.kind} is about other bytes: the release was changed after it was signed.")
    if act.digest in progress.used:
        raise SignoffError(f"This {act.kind} is in the ledger already. A signature counts once.")
    if case.obstacle is not None and act.kind in ("submission", "check", "opinion", "decision", "release"):
        raise SignoffError(f"{case.release_id} is blocked: {case.obstacle}")
    if state not in FROM[act.kind]:
        allowed = ", ".join(FROM[act.kind])
        raise SignoffError(f"{case.release_id} is {state}; {a(act.kind)} needs it to be {allowed}.")
    opened = progress.submission
    expected = None if act.kind == "submission" or opened is None else opened.digest
    if said.submission != expected:
        raise SignoffError(f"The {act.kind} answers to another submission of this release. It must be signed again.")
    if act.kind != "submission":
        _person_may(progress, act, case, register)
    _form(progress, act, case)


def _person_may(progress: Progress, act: Act, case: Case, register: Register) -> None:
    assert progress.submission is not None
    author = progress.submission.name
    involved = (act.name, *(act.said.ink.witnesses if act.said.ink else ()))
    for name in involved:
        if person(name) == person(author):
            raise SignoffError(f"{name} submitted this release. Nobody reviews their own: somebody else must sign.")
        if case.runners & register.accounts(name, act.sequence):
            raise SignoffError(f"{name} ran this release. Nobody reviews their own: somebody else must sign.")
    _on_paper(progress, act, case, register)
    for earlier in progress.acts[1:]:
        if person(earlier.name) == person(act.name) and earlier.role != act.role:
            raise SignoffError(
                f"{act.name} has signed this release as {earlier.role}, and one person signs in one role only. "
                f"Somebody else must sign as {act.role}."
            )
    if act.role != "output_checker" and any(person(s.name) == person(act.name) for s in progress.sealed):
        raise SignoffError(f"{act.name} has checked this release, and one person signs in one role only.")
    allowed = getattr(case.rules.signers, act.role)
    if allowed and person(act.name) not in {person(n) for n in allowed}:
        raise SignoffError(
            f"{act.name} may not sign as {act.role}: the policy (signoff.signers) names {', '.join(allowed)}."
        )


def _on_paper(progress: Progress, act: Act, case: Case, register: Register) -> None:
    """Witnesses vouch that somebody signed, not that somebody has that role; and they sign nothing else."""
    seen = {person(a.name) for a in progress.acts} | {person(s.name) for s in progress.sealed}
    swore = {person(n) for a in progress.acts if a.said.ink for n in a.said.ink.witnesses}
    if person(act.name) in swore:
        raise SignoffError(f"{act.name} is a witness of this release, and a witness signs in no other role.")
    if act.said.ink is None:
        return
    for witness in act.said.ink.witnesses:
        if person(witness) in seen:
            raise SignoffError(f"{witness} has signed this release; somebody who signs nothing else must witness.")
    named = {person(n) for n in getattr(case.rules.signers, act.role) or ()}
    if person(act.name) not in named and not register.holds(act.name, act.role, act.sequence):
        raise SignoffError(
            f"{act.name} is not known as {act.role}: to sign on paper, somebody has a key in that role, or is named in "
            f"the policy (signoff.signers)."
        )


def _form(progress: Progress, act: Act, case: Case) -> None:
    said = act.said
    if act.kind == "check":
        done = {person(a.name) for a in progress.of("check")} | {person(s.name) for s in progress.sealed}
        if person(act.name) in done:
            raise SignoffError(f"{act.name} has checked this release already. Another output checker must.")
    if act.kind == "opinion" and progress.of("opinion"):
        raise SignoffError("The opinion is given already. To give another one, return the release first.")
    if bool(said.conditions) != (said.says in UNDER_CONDITIONS):
        raise SignoffError(f"What says {' or '.join(UNDER_CONDITIONS)} names conditions, and nothing else does.")
    if said.reason_sha256 is None and said.says in NEED_REASON:
        raise SignoffError(f"{a(act.kind).capitalize()} that says {said.says} needs a written reason.")
    approval = act.kind == "decision" and said.says != "reject"
    if approval and said.reason_sha256 is None and (progress.disagreement or case.to_judge):
        why = "somebody objected or advised against" if progress.disagreement else "the verdict leaves points to judge"
        raise SignoffError(f"To decide for the release needs a written reason: {why}.")
    if (said.valid_until is not None) != approval:
        raise SignoffError("A decision for a release says until when it holds, and nothing else does.")
    if (said.successor is not None) != (act.kind == "supersession"):
        raise SignoffError("A supersession names the release that follows, and nothing else does.")
    if said.successor is not None and said.successor[0] == case.release_id:
        raise SignoffError("A release cannot take the place of itself.")


def advance(progress: Progress, act: Act, case: Case, register: Register, now: dt.datetime) -> Progress:
    """The review after an act.

    Raises:
        SignoffError: the act is not allowed.
    """
    admit(progress, act, case, register, now)
    used = progress.used | {act.digest}
    if act.kind == "submission":
        return Progress("awaiting_review", (act,), used=used)
    following = replace(progress, acts=(*progress.acts, act), used=used)
    if act.kind in ("check", "opinion"):
        return replace(following, state="reviewed" if complete(following, case.rules) else progress.state)
    return replace(following, state=TO[act.says], expires=_expiry(act, case.rules) or progress.expires)


def a(kind: str) -> str:
    """A kind of act with its article."""
    return f"{'an' if kind == 'opinion' else 'a'} {kind}"


def complete(progress: Progress, rules: Signoff) -> bool:
    """Whether all checks and the opinion are in."""
    checked = len(progress.of("check")) >= rules.output_checkers
    return checked and (bool(progress.of("opinion")) or not rules.dpo_opinion)


def _expiry(act: Act, rules: Signoff) -> dt.datetime | None:
    """The earlier of what the decision says and what the policy allows, counted from the ledger's time."""
    if act.said.valid_until is None:
        return None
    try:
        ends = [dt.datetime.fromisoformat(act.said.valid_until)]
        if act.at is not None:
            ends.append(dt.datetime.fromisoformat(act.at) + dt.timedelta(days=rules.valid_days))
        return min(ends)
    except (ValueError, TypeError, OverflowError):
        raise SignoffError("The decision does not say until when it holds.") from None


def allowed(progress: Progress, case: Case, now: dt.datetime) -> tuple[Kind, ...]:
    """Kinds of act that are possible now."""
    if progress.state not in ("approved", "released") and case.obstacle is not None:
        return ()
    state = progress.at(now)
    full = len(progress.of("check")) + len(progress.sealed) >= case.rules.output_checkers
    closed: dict[Kind, Callable[[], bool]] = {"check": lambda: full, "opinion": lambda: bool(progress.of("opinion"))}
    return tuple(kind for kind, states in FROM.items() if state in states and not (kind in closed and closed[kind]()))
