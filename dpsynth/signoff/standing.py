"""Where a release stands: its state, who signed what, and what may come next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dpsynth.policy.signoff import Signoff
from dpsynth.signoff.acts import Act
from dpsynth.signoff.dossier import Dossier, Verdict
from dpsynth.signoff.statement import Kind
from dpsynth.signoff.states import Case, Progress, State, allowed


@dataclass(frozen=True)
class Standing:
    """Where a release stands at one moment.

    Attributes:
        release_id: which one.
        manifest_sha256: of its manifest: the bytes that are signed.
        state: draft, awaiting_review, reviewed, approved, released, superseded, returned, rejected, withdrawn, blocked
            or expired.
        verdict: of the internal report, to which the manifest is bound; None where that is not at hand.
        rules: who must sign, from the policy.
        acts: who signed what in this review, oldest first.
        sealed: names of output checkers whose check is in and hidden until all are.
        next: kinds of act that are possible now.
        waits_for: in sentences, what is missing for the next state.
        expires: UTC time until which an approval may be used; None if there is none.
        reason_needed: whether a decision for the release needs a written reason.
    """

    release_id: str
    manifest_sha256: str
    state: State
    verdict: Verdict | None
    rules: Signoff
    acts: tuple[Act, ...]
    sealed: tuple[str, ...]
    next: tuple[Kind, ...]
    waits_for: tuple[str, ...]
    expires: str | None
    reason_needed: bool

    @property
    def approved(self) -> bool:
        """Whether the release may leave or has left."""
        return self.state in ("approved", "released")


def of_dossier(kept: Dossier, progress: Progress, now: dt.datetime) -> Standing:
    """The standing of a run, inside the centre."""
    return make(kept.case, progress, now, kept.verdict, altered=kept.altered)


def make(case: Case, progress: Progress, now: dt.datetime, verdict: Verdict | None, *, altered: bool) -> Standing:
    """The standing of a release.

    Args:
        case: the release.
        progress: how far its review has come.
        now: the time.
        verdict: of the internal report, if known.
        altered: whether other bytes were sealed by the run: then everything is a draft.
    """
    state: State = progress.at(now)
    if altered:
        state = "draft"
    elif case.obstacle is not None and state not in ("released", "withdrawn", "superseded", "rejected"):
        state = "blocked"
    return Standing(
        case.release_id,
        case.manifest_sha256,
        state,
        verdict,
        case.rules,
        progress.acts,
        tuple(s.name for s in progress.sealed),
        allowed(progress, case, now),
        _waits_for(state, progress, case),
        None if progress.expires is None else progress.expires.isoformat(timespec="seconds"),
        progress.disagreement or case.to_judge,
    )


def _waits_for(state: State, progress: Progress, case: Case) -> tuple[str, ...]:
    if case.obstacle is not None and state in ("draft", "blocked"):
        return (case.obstacle[0].upper() + case.obstacle[1:],)
    match state:
        case "draft" | "returned" | "expired":
            return ("The author submits it for review.",)
        case "awaiting_review":
            missing = case.rules.output_checkers - len(progress.of("check")) - len(progress.sealed)
            lines = []
            if missing > 0:
                lines.append(f"{missing} more output checker{'s' if missing > 1 else ''} must check it.")
            if case.rules.dpo_opinion and not progress.of("opinion"):
                lines.append("The data-protection officer must give an opinion.")
            return tuple(lines)
        case "reviewed":
            return ("The release officer must decide for the controller.",)
        case "approved":
            return ("The release officer must sign that it leaves.",)
    return ()
