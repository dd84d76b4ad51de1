"""Facts in, one self-contained HTML page out.

The page makes no request and runs no script; its style sheet is named by digest in its content security policy. The
same facts give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dpsynth.policy.block import Reviewed
from dpsynth.report.document import SCHEMA_VERSION, Edition
from dpsynth.report.facts import ALL_ORIGINS, PUBLIC_ORIGINS, OriginError, values
from dpsynth.report.numerals import digest
from dpsynth.report.pages import appendix, attacks, candidates, context, decision, promise, relations, use
from dpsynth.report.words import Words, speak

SECTIONS = (
    "claim", "ceiling", "budget", "attacks", "small-groups", "usefulness", "relations", "unprotected", "frames",
    "provenance", "comparison", "signatures",
)  # fmt: skip
"""Anchors of the body after the decision page, in reading order; relations where rows of a person belong together."""
APPENDICES = ("findings", "policy", "limits", "columns", "asked", "glossary")
INSIDE = ("findings", "attack-details", *APPENDICES[1:])
"""Appendices of the internal edition."""
TURNS = {"internal": ("attacks", "signatures", "findings"), "public": ("attacks", "findings")}
"""Sections that start on a new sheet of paper."""


def render(facts: dict[str, Any], edition: Edition, language: str = "en") -> str:
    """The report as HTML.

    Args:
        facts: one half of what `document.build` returned.
        edition: which edition the reader expects.
        language: one of the policy's languages of the report.

    Raises:
        OriginError: the facts are not of this edition, or hold a value that it must not print.
    """
    f = values(facts, PUBLIC_ORIGINS if edition == "public" else ALL_ORIGINS)
    if f["edition"] != edition or f["schema_version"] != SCHEMA_VERSION:
        raise OriginError(
            f"Expected facts of the {edition} edition, schema {SCHEMA_VERSION}; "
            f"got {f['edition']!r}, schema {f['schema_version']!r}."
        )
    t = speak(language, f["purpose"]["binding_language"])
    return environment().get_template("report.html.j2").render(page(f, t))


def page(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Everything that the templates print."""
    appendices = INSIDE if f["edition"] == "internal" and f["attacks"] else APPENDICES
    sections = tuple(s for s in SECTIONS if s != "relations" or f["relations"])
    running = str(t("running", release=f["identity"]["release_id"], digest=digest(f["identity"]["policy_digest"])))
    style = _style(running, str(t(f"edition.{f['edition']}")))
    return {
        "t": t,
        "edition": f["edition"],
        "title": t.pick(f["purpose"]["title"]),
        "subtitle": t(
            "subtitle", controller=f["purpose"]["controller"], audience=t.name("audience", f["purpose"]["audience"])
        ),
        "style": Markup(style),  # noqa: S704  our sheet; the two strings in it are CSS-escaped
        "csp": f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; base-uri 'none'; form-action 'none'",
        "strip": _strip(f, t),
        "reviewed": _reviewed(t),
        "translated": _translated(f["purpose"]["binding_language"], t),
        "alarm": t("alarm.rehearsal") if f["identity"]["rehearsal"] else "",
        "running": running,
        "numbers": {anchor: i for i, anchor in enumerate(("decision", *sections), 1)}
        | dict(zip(appendices, "ABCDEFG", strict=False)),
        "sections": sections,
        "turns": TURNS[f["edition"]],
        "appendices": appendices,
        "decision": decision.decision(f, t),
        "claim": promise.claim(f, t),
        "candidates": candidates.candidates(f, t),
        "ceiling": promise.ceiling(f, t),
        "budget": promise.budget(f, t),
        "attacks": attacks.attacks(f, t),
        "attack_details": attacks.details(f, t),
        "small_groups": use.small_groups(f, t),
        "usefulness": use.usefulness(f, t),
        "relations": relations.relations(f, t),
        "unprotected": context.unprotected(f, t),
        "frames": context.frames(f, t),
        "provenance": context.provenance(f, t),
        "comparison": context.comparison(f, t),
        "signatures": context.signatures(f, t),
        "findings": appendix.findings(f, t),
        "policy_text": f["policy_text"],
        "limits": appendix.thresholds(f, t),
        "columns": appendix.columns(f, t),
        "asked": appendix.asked(f, t),
        "glossary": appendix.glossary(t),
    }


def _translated(binding: str, t: Words) -> Markup:
    """Which report counts, where it is not this one."""
    if t.language == binding:
        return Markup()
    counts = t(f"translation.binding.{binding}")
    return counts if _reviewed(t) else t("translation.unreviewed") + " " + counts


def _reviewed(t: Words) -> bool:
    return t.language in get_args(Reviewed)


def _strip(f: dict[str, Any], t: Words) -> list[tuple[Markup, str | Markup]]:
    i = f["identity"]
    return [
        (t("strip.release"), i["release_id"]),
        (t("strip.state"), t("strip.state.public" if f["edition"] == "public" else "strip.state.draft")),
        (t("strip.date"), t.n.date(i["run_date"])),
        (t("strip.policy"), digest(i["policy_digest"])),
        (t("strip.ledger"), digest(i["ledger_head"])),
    ]


@cache
def environment() -> Environment:
    """Templates with autoescape; a name that does not exist is an error."""
    return Environment(
        loader=PackageLoader("dpsynth.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _sheet() -> str:
    return files("dpsynth.report").joinpath("templates", "report.css").read_text(encoding="utf-8")


def _style(running: str, edition: str) -> str:
    return _sheet().replace('"RUNNING"', _css_string(running)).replace('"EDITION"', _css_string(edition))


def _css_string(text: str) -> str:
    """A CSS string in which only letters, digits, spaces, dots and hyphens stand for themselves."""
    return '"' + "".join(c if c.isascii() and (c.isalnum() or c in " .-") else f"\\{ord(c):06x} " for c in text) + '"'


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
