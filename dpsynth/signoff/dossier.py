"""A run folder as the sign-off sees it: what was sealed, what the verdict is, and who ran it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from dpsynth import _files
from dpsynth.errors import BrokenBundleError, SignoffError
from dpsynth.policy.signoff import Signoff
from dpsynth.privacy.ledger_entries import Entry
from dpsynth.release import inside, manifest
from dpsynth.signoff.states import Case

Verdict = Literal["pass", "review", "block"]


@dataclass(frozen=True)
class Dossier:
    """A release with what is known about it inside the centre.

    Attributes:
        run: its folder.
        case: what the sign-off depends on.
        population: the people, as the ledger names them.
        verdict: of the internal facts, which the manifest is bound to; None if they say none.
        altered: whether the manifest is another one than the run sealed.
    """

    run: Path
    case: Case
    population: str
    verdict: Verdict | None
    altered: bool

    @property
    def run_id(self) -> str:
        """The run, as the ledger names it."""
        return self.case.release_id.rpartition("/")[2]

    @property
    def drawer(self) -> Path:
        """What of the sign-off stays inside: reasons, scans, and checks that are hidden."""
        return self.run / "internal" / "signoff"

    @property
    def bundle(self) -> Path:
        """What leaves."""
        return self.run / "public"


def dossier(run: Path, entries: Sequence[Entry]) -> Dossier:
    """Looks at a run folder and at what the ledger holds about it.

    Raises:
        BrokenBundleError: the bundle is not what its manifest says, or what stays inside was changed.
        SignoffError: the ledger does not know the run, or it was made by a program without sign-off.
    """
    verified = manifest.verify(run / "public")
    head = verified.manifest
    release_id, rules = str(head["release_id"]), sign_off_rules(head)
    reserve, commit = of_run(entries, release_id)
    if rules is None:
        raise SignoffError(f"{release_id} was made before there was a sign-off. Run the policy again.")
    if commit is None or reserve is None:
        raise SignoffError(
            f"The ledger does not know {release_id} as a finished run. Give the ledger of the run with --ledger."
        )
    facts = inside.opened(run / "internal", head.get("internal_commitment"))
    verdict = _verdict(facts)
    altered = commit.body.get("manifest_digest") != verified.digest
    case = Case(
        release_id,
        str(head["policy_digest"]),
        verified.digest,
        rules,
        frozenset({reserve.actor}),
        _obstacle(head, verdict, altered, bool(reserve.body.get("private"))),
        verdict == "review",
    )
    return Dossier(run, case, str(reserve.population), verdict, altered)


def sign_off_rules(head: dict[str, Any]) -> Signoff | None:
    """Who must sign, as the manifest has it from the policy; None if it says nothing.

    Raises:
        BrokenBundleError: it says something that is no such rule.
    """
    if "signoff" not in head:
        return None
    try:
        return Signoff.model_validate_json(_files.canonical_json(head["signoff"]))
    except (ValidationError, ValueError):
        raise BrokenBundleError("The manifest's rules of sign-off cannot be read. Ask the sender again.") from None


def of_run(entries: Sequence[Entry], release_id: str) -> tuple[Entry | None, Entry | None]:
    """The ledger's reservation and completion of a run, by the name of its release; None where there is none."""
    policy_id, _, run_id = release_id.rpartition("/")
    own = {e.kind: e for e in entries if e.run_id == run_id and e.kind in ("reserve", "commit")}
    reserve = own.get("reserve")
    known = reserve is not None and reserve.body.get("policy_id") == policy_id
    return (reserve, own.get("commit")) if known else (None, None)


def _verdict(facts: dict[str, Any]) -> Verdict | None:
    try:
        value = facts["verdict"]["status"]["value"]
    except (KeyError, TypeError):
        return None
    verdicts: tuple[Verdict, ...] = ("pass", "review", "block")
    return next((v for v in verdicts if v == value), None)


def _obstacle(head: dict[str, Any], verdict: Verdict | None, altered: bool, private: bool) -> str | None:
    if altered:
        return "its manifest is not the one that the run sealed. Restore the bundle from a backup, or run again."
    if head["releasable"] is not True or not private:
        return (
            "it comes from a rehearsal, a test or a demonstration and must not be released. Run the policy on the real "
            "data, with the ledger of these people."
        )
    if verdict is None:
        return "its internal evaluation failed, so there is no verdict. Run the policy again."
    if verdict == "block":
        return "the verdict of the internal report is block, and nobody can overrule it here. Change the policy."
    return None
