"""The sign-off of one release: how it stands, who signed what, what is signed, and a form for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dpsynth.errors import DpsynthError
from dpsynth.report.pages.blocks import Table
from dpsynth.serve.desk import Step, steps
from dpsynth.serve.door import FIELD
from dpsynth.serve.pages.home import state
from dpsynth.serve.pages.shell import WORDS, Links, joined
from dpsynth.serve.release import Release
from dpsynth.signoff import review
from dpsynth.signoff.acts import Act
from dpsynth.signoff.standing import Standing


@dataclass(frozen=True)
class Sent:
    """A form that was sent and could not be carried out.

    Attributes:
        kind: which step.
        fields: what was typed, without any passphrase.
        error: why not, in one line.
    """

    kind: str
    fields: Mapping[str, str]
    error: str


@dataclass(frozen=True)
class Visit:
    """What a visitor's request says about a page.

    Attributes:
        csrf: the session's token for forms.
        language: of the frames; where an edition does not have it, its first one is shown.
        done: a step that the address says was just taken.
        sent: a form that could not be carried out.
    """

    csrf: str
    language: str = "en"
    done: str = ""
    sent: Sent | None = None


def signing(
    release: Release, standing: Standing | str, others: Sequence[Release], visit: Visit, links: Links
) -> dict[str, Any]:
    """Everything that the section shows.

    Args:
        release: which one.
        standing: how it stands, or why nobody can tell.
        others: releases that could take its place.
        visit: the session's token, a form that failed, and a step that the address says was just taken; it is
            believed where the sign-off says the same.
        links: addresses.
    """
    if isinstance(standing, str):
        return {"trouble": standing, "forms": []}
    offered = steps(standing) if release.condition == "complete" else ()
    acts = [
        [
            standing_at(act.at),
            Markup('<bdi>{}</bdi><br><span class="small">{}</span>').format(act.name, WORDS.name("role", act.role)),
            _said(act, release),
            WORDS("sign.ink" if act.ink else "sign.key"),
        ]
        for act in standing.acts
    ]
    return {
        "trouble": "",
        "state": state(release, standing),
        "meaning": WORDS(f"state.{standing.state}.text"),
        "waits_for": standing.waits_for,
        "expires": WORDS("sign.expires", day=standing_at(standing.expires)) if standing.expires else "",
        "sealed": WORDS.many("sign.sealed", len(standing.sealed), names=", ".join(map(str, standing.sealed)))
        if standing.sealed
        else "",
        "acts": Table(WORDS("sign.acts"), [WORDS(f"sign.head.{k}") for k in ("at", "name", "says", "how")], acts)
        if acts
        else None,
        "elsewhere": release.condition == "bundle",
        "digest": _groups(standing.manifest_sha256),
        "done": WORDS("sign.done", what=WORDS(f"step.{visit.done}")) if visit.done in _newest(standing) else "",
        # Somebody else may have taken the step in between: then its form is gone, and only the line remains.
        "refused": visit.sent.error if visit.sent and visit.sent.kind not in standing.next else "",
        "field": FIELD,
        "csrf": visit.csrf,
        "forms": [_form(step, release, others, visit.sent, links) for step in offered],
    }


def standing_at(moment: object) -> str:
    """A time in minutes, UTC."""
    return str(moment or "")[:16].replace("T", " ")


def _newest(standing: Standing) -> tuple[str, ...]:
    """Kinds of the step that was taken last; a check that is sealed stands beside it."""
    return (*(act.kind for act in standing.acts[-1:]), *(["check"] if standing.sealed else []))


def _said(act: Act, release: Release) -> Markup:
    """What was said, under which conditions and for which reason, which is kept inside the run."""
    try:
        reason = review.reason_of(release.place.folder, act) if release.condition == "complete" else None
    except DpsynthError as error:
        reason = str(error)
    lines = [WORDS(f"says.{act.kind}.{act.says}"), *(WORDS("sign.condition", text=c) for c in act.conditions)]
    lines += [WORDS("sign.because", text=reason)] if reason else []
    return Markup("<br>").join(lines)


def _groups(digest: str) -> list[str]:
    """A digest in eight groups of eight, as it is printed for people who compare it on paper."""
    return [digest[i : i + 8] for i in range(0, len(digest), 8)]


def _form(step: Step, release: Release, others: Sequence[Release], sent: Sent | None, links: Links) -> dict[str, Any]:
    failed = sent if sent and sent.kind == step.kind else None
    fields = failed.fields if failed else {}
    return {
        "kind": step.kind,
        "action": links.action(release.key, step.kind),
        "title": WORDS(f"step.{step.kind}"),
        "who": WORDS(f"step.{step.kind}.who"),
        "button": WORDS(f"step.{step.kind}.button"),
        "says": [(code, WORDS(f"says.{step.kind}.{code}")) for code in step.says] if len(step.says) > 1 else [],
        "conditions": step.conditions,
        "reason": WORDS(f"step.{step.kind}.reason") if step.reason else "",
        "reason_needed": step.reason_needed,
        "successors": [joined(other.key) for other in others] if step.successor else [],
        "successor": step.successor,
        "paper": step.paper,
        "given": lambda name: fields.get(name, ""),
        "error": failed.error if failed else "",
        "open": failed is not None,
    }
