"""What is not protected, the usual frames, provenance, signatures."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from dpsynth.report.numerals import digest
from dpsynth.report.pages.blocks import Cell, Table
from dpsynth.report.pages.decision import signers
from dpsynth.report.words import Words

ASKED_BY = {"linking": {"linkability", "linkage"}, "inference": {"inference"}}
"""Criteria of WP29 -> attacks that ask about them."""
ROLE = {"checker": "output_checker", "checker2": "output_checker", "dpo": "dpo", "officer": "release_officer"}
"""Names of roles in the policy."""
ALWAYS = ("groups", "relatives", "population", "fact", "human", "id", "timing", "arithmetic", "audience")


def unprotected(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """What no such guarantee covers, and what this one leaves out."""
    u = f["unprotected"]
    c = f["ceiling"]
    places = {
        "normalise": t.name("normalise", u["normalise"]),
        "key": f["contents"]["unit_key"],
        "size": t.n.count(c["group"]["people"]),
        "accused": t.n.count(c["group"]["accused"]),
        "total": t.n.count(c["people"]),
        "found": t.n.count(c["group"]["found"]),
        "alone": t.n.count(c["points"][0]["found"]),
        "pairs": t.n.up(100 * c["group"]["auc"], 1),
        "pairs_alone": t.n.up(100 * c["auc"], 1),
        "looks": t.many("looks", looks) if (looks := f["budget"]["looks"]) else t("looks.none"),
    }
    return {
        "lead": t("unprotected.lead"),
        "items": [(t(f"unprotected.{k}"), t(f"unprotected.{k}.text", **places)) for k in ALWAYS],
        "statements": [
            t.own(s) for s in (*u["statements"], *(f"{i['fact']} ({i['citation']})" for i in u["invariants"]))
        ],
        "statements_title": t("unprotected.statements"),
        "none": t("unprotected.none"),
    }


def frames(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Where the evidence for each question of the usual frames stands."""
    purpose, c = f["purpose"], f["contents"]
    places = {
        "found": t.n.count(f["ceiling"]["points"][0]["found"]),
        "people": t.n.count(f["ceiling"]["people"]),
        "accused": t.n.count(f["ceiling"]["points"][0]["accused"]),
        "basis": Markup("; ").join(map(t.own, purpose["basis"])) or t("frames.not_stated"),
        "purpose": t.pick(purpose["purpose"]),
        "controller": purpose["controller"],
        "audience": t.name("audience", purpose["audience"]),
        "dpia": purpose["dpia"] or t("frames.not_stated"),
        "dropped": t.n.count(len(c["columns_never_read"])),
        "rows": t.n.count(len(c["waves"]["labels"]) if "waves" in c else f["privacy"]["rows_per_unit"]),
        "bounds": ", ".join(f"{b['table']} {t.n.count(b['rows'])}" for b in f["privacy"]["bounds"]),
        "digest": digest(f["identity"]["policy_digest"]),
        "sequence": t.n.count(f["identity"]["ledger_sequence"]),
        "holdout": t.n.percent(f["unprotected"]["holdout_share"], 0),
    }
    run = {a["name"] for a in f["attacks"]}
    forms = (
        {"singling": f["edition"]}
        | ({"minimal": "tables"} if f["privacy"]["bounds"] else {})
        | {k: "tested" for k, names in ASKED_BY.items() if names & run}
    )

    def table(name: str, *keys: str) -> Table:
        rows: list[list[Cell]] = [[t(f"{name}.{k}"), t(f"{name}.{k}.{forms.get(k, 'text')}", **places)] for k in keys]
        return Table(t(f"{name}.caption"), [t(f"{name}.head"), t("frames.evidence")], rows)

    return {
        "lead": t("frames.lead"),
        "tables": [
            table("wp29", "singling", "linking", "inference"),
            table("safes", "projects", "people", "settings", "data", "outputs"),
            table("gdpr", "lawful", "purpose", "minimal", "accurate", "storage", "secure", "accountable"),
        ],
    }


def comparison(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """This release beside the one before it."""
    c = f["comparison"]
    if c["previous"] is None:
        return {"lead": t("comparison.none"), "table": None, "notes": []}
    before, now = c["previous"], c["this"]
    rows: list[list[Cell]] = [
        [t("comparison.release"), before["release_id"], now["release_id"]],
        [t("comparison.date"), t.n.date(before["run_date"]), t.n.date(now["run_date"])],
        [t("comparison.policy"), digest(before["policy_digest"]), digest(now["policy_digest"])],
        [t("comparison.mechanism"), before["mechanism"], now["mechanism"]],
        [t("comparison.epsilon"), t.n.up(before["epsilon"]), t.n.up(now["epsilon"])],
        [t("comparison.columns"), t.n.count(before["columns"]), t.n.count(now["columns"])],
        [t("comparison.source_rows"), t.n.count(before["source_rows"]), t.n.count(now["source_rows"])],
        [t("comparison.synthetic_rows"), t.n.count(before["synthetic_rows"]), t.n.count(now["synthetic_rows"])],
        [t("comparison.two_way"), _two_way(before, t), _two_way(now, t)],
    ]
    notes = [t("comparison.same_policy" if c["same_policy"] else "comparison.other_policy")]
    notes += [t(f"comparison.{k}", columns=", ".join(c[k])) for k in ("added", "removed") if c[k]]
    return {
        "lead": t("comparison.lead"),
        "table": Table(
            t("comparison.caption"), [t("comparison.what"), t("comparison.before"), t("comparison.now")], rows
        ),
        "notes": [*notes, t("comparison.budget")],
    }


def _two_way(release: dict[str, Any], t: Words) -> Cell:
    if release["two_way"] is None:
        return t("comparison.not_measured")
    return t("comparison.paid" if release["paid"] else "comparison.free", value=t.n.fixed(100 * release["two_way"], 1))


def provenance(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Digests and versions; inside, also what the steward should know."""
    i, p = f["identity"], f["provenance"]
    facts: list[tuple[Cell, Cell]] = [
        (t("provenance.release"), i["release_id"]),
        (t("provenance.date"), t.n.date(i["run_date"])),
        (t("provenance.policy"), i["policy_id"]),
        (t("provenance.digest"), i["policy_digest"]),
        (t("provenance.population"), i["population"]),
        (t("provenance.snapshot"), i["snapshot"]),
        (
            t("provenance.ledger"),
            t("provenance.ledger.text", sequence=t.n.count(i["ledger_sequence"]), head=i["ledger_head"]),
        ),
        (t("provenance.mechanism"), f["contents"]["mechanism"]),
        (t("provenance.sampler"), p["sampler"]),
        (t("provenance.code"), p["code_digest"]),
        (t("provenance.audited"), f["audit"]["code"]),
        *(
            (t("provenance.file"), t("provenance.file.text", path=x["path"], digest=x["sha256"]))
            for x in p["data_files"]
        ),
    ]
    result: dict[str, Any] = {
        "lead": t("provenance.lead"),
        "facts": facts,
        "versions": Table(
            t("provenance.versions"),
            [t("provenance.package"), t("provenance.version")],
            [[name, version] for name, version in p["versions"].items()],
            narrow=True,
        ),
        "notes": None,
    }
    if f["edition"] == "internal" and f["inside"]["notes"]:
        result["notes"] = Table(
            t("notes.caption", minimum=t.n.count(f["rare_levels"]["minimum_units"])),
            [t("notes.what"), t("notes.count")],
            [[_note(x["name"], t), _count(x["count"], t)] for x in f["inside"]["notes"]],
            frozenset({1}),
            narrow=True,
        )
    return result


def _note(name: str, t: Words) -> Cell:
    """What was counted, in words; of which of several tables."""
    table, _, code = name.rpartition(".")
    return Markup("{}: {}").format(table, t.name("note", code)) if table else t.name("note", code)


def _count(count: int | list[int], t: Words) -> Cell:
    return (
        t("notes.range", low=t.n.count(count[0]), high=t.n.count(count[1]))
        if isinstance(count, list)
        else t.n.count(count)
    )


def signatures(f: dict[str, Any], t: Words) -> dict[str, Any]:
    """Empty lines for ink; outside the centre, where the decision is."""
    public = f["edition"] == "public"
    return {
        "elsewhere": t("sign.public") if public else "",
        "lead": t("sign.lead"),
        "confirm": [t(f"sign.confirm.{k}") for k in ("read", "attacks", "limits", "unprotected", "law")],
        "roles": [
            {
                "title": t(f"sign.{role}"),
                "kind": t(f"sign.{role}.kind"),
                "choices": t(f"sign.{role}.choices"),
                "named": t("sign.named", names=", ".join(named))
                if (named := f["signoff"]["signers"][ROLE[role]])
                else "",
            }
            for role in signers(f)
        ],
        "valid": t.many("sign.valid", f["signoff"]["valid_days"]),
        "lines": [t("sign.name"), t("sign.date"), t("sign.signature")],
        "conditions": t("sign.conditions"),
        "manifest": t("sign.manifest"),
        "files": [t("sign.file", path=x["path"], digest=x["sha256"]) for x in f["provenance"]["data_files"]],
        "identity": t(
            "sign.identity", release=f["identity"]["release_id"], digest=digest(f["identity"]["policy_digest"], 16)
        ),
    }
