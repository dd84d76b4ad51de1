"""Two releases side by side: only what differs.

The internal facts of both are compared where both have them, otherwise the public facts of both: never one against the
other.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from dpsynth.report.charts.icons import icon
from dpsynth.report.numerals import digest
from dpsynth.report.pages.findings import lower, sentence, source, statistic, upper
from dpsynth.report.words import Words
from dpsynth.serve.release import Release, facts
from dpsynth.serve.shelf import Edition

Cell = Markup | str
Group = Literal["release", "protection", "budget", "columns", "verdict", "attacks", "usefulness", "limits"]

GROUPS: tuple[Group, ...] = ("verdict", "protection", "budget", "columns", "usefulness", "attacks", "limits", "release")
ALTERNATIVES = ("attack", "two_way")
"""Starts of the names of rules of which exactly one speaks: they are compared with each other."""
CONTEXT = 3
"""Unchanged lines around a change of the policy."""
SHOWN = 12
"""Levels of a column that are named."""
LONGEST = 20_000
"""Lines of the longest policy that is compared."""


@dataclass(frozen=True)
class Row:
    """Something that differs.

    Attributes:
        name: what.
        before, after: in both releases; empty where one has no such thing.
    """

    name: Cell
    before: Cell
    after: Cell


@dataclass(frozen=True)
class Line:
    """A line of the difference of two policies.

    Attributes:
        kind: same, gone (only in the first), new (only in the second), or place (where the next lines stand).
        text: its words.
    """

    kind: Literal["same", "gone", "new", "place"]
    text: str


@dataclass(frozen=True)
class Difference:
    """Everything that differs.

    Attributes:
        edition: whose facts were compared.
        rows: what differs, by group; groups without a difference are empty.
        policy: lines of the policies' difference; empty where they are the same.
        too_long: whether the policies were too long to be compared line by line.
    """

    edition: Edition
    rows: dict[Group, tuple[Row, ...]]
    policy: tuple[Line, ...]
    too_long: bool = False


def difference(before: Release, after: Release, t: Words, report: Words) -> Difference:
    """Compares two releases that can be read.

    Args:
        before: the first.
        after: the second.
        t: sentences of the review page.
        report: sentences of the report.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the facts are not of this version.
    """
    edition: Edition = "internal" if "internal" in before.verdicts and "internal" in after.verdicts else "public"
    a, b = facts(before, edition), facts(after, edition)
    makers: dict[Group, Callable[[dict[str, Any]], dict[str, tuple[Cell, Cell]]]] = {
        "release": lambda f: _release(f, t),
        "protection": lambda f: _protection(f, t, report),
        "budget": lambda f: _budget(f, t),
        "columns": lambda f: _columns(f, t, report),
        "verdict": lambda f: _verdict(f, t, report),
        "usefulness": lambda f: _usefulness(f, t, report),
        "attacks": lambda f: _attacks(f, t, report),
        "limits": lambda f: _limits(f, t, report),
    }
    rows = {group: tuple(_differing(makers[group](a), makers[group](b))) for group in GROUPS}
    # First what matters most.
    rows["verdict"] = tuple(sorted(rows["verdict"], key=_turned, reverse=True))
    rows["columns"] += tuple(_levels(a, b, t))
    texts = str(a["policy_text"]).splitlines(), str(b["policy_text"]).splitlines()
    too_long = max(map(len, texts)) > LONGEST and texts[0] != texts[1]
    return Difference(edition, rows, () if too_long else tuple(_lines(*texts)), too_long)


def _differing(a: dict[str, tuple[Cell, Cell]], b: dict[str, tuple[Cell, Cell]]) -> Iterator[Row]:
    """Entries of two lists (key -> name and value) whose values differ, in the order of the first."""
    for key in dict.fromkeys((*a, *b)):
        left, right = a.get(key), b.get(key)
        if left is None or right is None or left[1] != right[1]:
            yield Row((left or right or ("", ""))[0], left[1] if left else "", right[1] if right else "")


def _lines(a: Sequence[str], b: Sequence[str]) -> Iterator[Line]:
    kinds: dict[str, Literal["same", "gone", "new", "place"]]
    kinds = {" ": "same", "-": "gone", "+": "new", "@": "place"}
    for line in list(difflib.unified_diff(a, b, n=CONTEXT, lineterm=""))[2:]:  # the first two lines name files
        yield Line(kinds[line[0]], line if line[0] == "@" else line[1:])


# --------------------------------------------------------------------------------------------------- what is compared


def _named(t: Words, group: str, values: dict[str, Cell]) -> dict[str, tuple[Cell, Cell]]:
    return {key: (t(f"{group}.{key}"), value) for key, value in values.items()}


def _release(f: dict[str, Any], t: Words) -> dict[str, tuple[Cell, Cell]]:
    identity, contents, provenance = f["identity"], f["contents"], f["provenance"]
    named = _named(
        t,
        "release",
        {
            "run_date": identity["run_date"],
            "snapshot": identity["snapshot"],
            "policy": digest(identity["policy_digest"]),
            "mechanism": contents["mechanism"],
            "source_rows": t.n.count(contents["source_rows"]),
            "synthetic_rows": t.n.count(contents["synthetic_rows"]),
            "is_rehearsal": t("yes" if identity["rehearsal"] else "no"),
            "sampler": provenance["sampler"],
            "code": digest(provenance["code_digest"]),
        },
    )
    versions = {f"version.{name}": (name, version) for name, version in provenance["versions"].items()}
    return {**named, **versions}


def _bounds(p: dict[str, Any], t: Words) -> str:
    """Most rows of one person, in each of several tables."""
    if not p.get("bounds"):
        return t.n.count(p["rows_per_unit"])
    return ", ".join(f"{b['table']} {t.n.count(b['rows'])}" for b in p["bounds"])


def _purpose(event: dict[str, Any], report: Words) -> Cell:
    """What was asked, and about which of several tables."""
    name = report.name("purpose", event["purpose"])
    return name if not event.get("table") else Markup("{}: {}").format(event["table"], name)


def _protection(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    p, ceiling = f["privacy"], f["ceiling"]
    named = _named(
        t,
        "protection",
        {
            "epsilon": t.n.up(p["epsilon"]),
            "delta": t.n.small(p["delta"]),
            "rho": t.n.up(f["budget"]["rho_release"] if p["rho"] is None else p["rho"], 6),
            "unit": report.name("unit.promise", p["unit"]),
            "adjacency": t.name("adjacency", p["adjacency"]),
            "rows_per_unit": _bounds(p, t),
            "max_patients": t.n.count(p["max_patients"]),
            "auc": t.n.up(ceiling["auc"], 3),
            "audit": t.n.count(max((c["runs"] for c in f["audit"]["claims"]), default=0)),
        },
    )
    noise = {
        ".".join(filter(None, ("noise", e.get("table"), e["purpose"]))): (
            t("protection.noise", purpose=_purpose(e, report)),
            t.n.noise(e["sigma"]),
        )
        for e in (*p["events"], *p["sampled"])
    }
    return {**named, **noise}


def _budget(f: dict[str, Any], t: Words) -> dict[str, tuple[Cell, Cell]]:
    b, identity = f["budget"], f["identity"]
    return _named(
        t,
        "budget",
        {
            "population": identity["population"],
            "lifetime": t("epsilon_at", epsilon=t.n.plain(b["epsilon_limit"]), delta=t.n.small(b["delta"])),
            "share": t.n.percent_up(b["share_release"]),
            "used": t.n.percent_up(b["share_used"]),
            "earlier": t.n.count(len(b["earlier"])),
            "throw_away": t("yes" if identity["throw_away_ledger"] else "no"),
        },
    )


def _columns(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    described = {}
    for c in f["columns"]:
        unit = f", {c['unit']}" if c["unit"] else ""
        text = t(
            "columns.text",
            type=str(c["type"]).replace("_", " "),
            levels=t.n.count(c["levels"]),
            unit=unit,
            role=report.name("role", c["role"]),
            source=report.name("evidence", c["source"]),
        )
        described[f"column.{c['name']}"] = (str(c["name"]), text)
    never = ", ".join(f["contents"]["columns_never_read"])
    return {**described, "never": (t("columns.never"), never)}


def _levels(a: dict[str, Any], b: dict[str, Any], t: Words) -> Iterator[Row]:
    """Levels that only one of the releases knows, of columns that both have."""
    first, second = (
        {c["name"]: [label for merged in c["labels"] for label in merged] for c in f["columns"]} for f in (a, b)
    )
    for name in (name for name in first if name in second):
        gone = [label for label in first[name] if label not in second[name]]
        new = [label for label in second[name] if label not in first[name]]
        if gone or new:
            yield Row(t("columns.levels", column=name), _some(gone, t), _some(new, t))


def _some(labels: list[str], t: Words) -> Cell:
    shown, rest = ", ".join(labels[:SHOWN]), len(labels) - SHOWN
    return t("columns.more", levels=shown, n=rest) if rest > 0 else shown


def _verdict(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    found: dict[str, tuple[Cell, Cell]] = {}
    for x in f["verdict"]["findings"]:
        rule, subject = next((k for k in ALTERNATIVES if x["rule"].startswith(f"{k}_")), x["rule"]), x["subject"]
        name = t.name("rule", rule)
        if subject:
            name = Markup("{}: {}").format(report.name("attack", subject), name)
        word = Markup('<span class="tag {}">{}{}</span>').format(
            x["status"], icon(x["status"]), report(f"status.{x['status']}")
        )
        found[f"{rule}.{subject}"] = (name, Markup("{} {}").format(word, sentence(x, report)))
    return found


def _turned(row: Row) -> bool:
    """Whether a rule came to another status, or is there only once."""
    return str(row.before)[:20] != str(row.after)[:20]


def _usefulness(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    u = f["utility"]
    figures: dict[str, Cell] = {
        "one_way_fitness": report.name("fitness", u["one_way_fitness"]),
        "two_way_fitness": report.name("fitness", u["two_way_fitness"]),
    }
    for key in ("free_one_way", "free_two_way", "paid_two_way"):
        if u[key] and u[key]["marginals"]:
            figures[key] = t("points", value=t.n.fixed(100 * u[key]["mean"], 2), tables=t.n.count(u[key]["marginals"]))
    if u.get("dependence"):
        checked, failed = u["dependence"]["checked"], u["dependence"]["failed"]
        figures["dependence"] = t("usefulness.of", failed=t.n.count(failed), checked=t.n.count(checked))
    for inner in (f.get("inside") or {}).get("utility", ()):
        figures[f"inside.{inner['ways']}"] = t(
            "points", value=t.n.fixed(100 * inner["mean"], 2), tables=t.n.count(inner["marginals"])
        )
    by_column = {
        f"distance.{c['name']}": (t("usefulness.distance", column=c["name"]), t.n.fixed(100 * c["distance"], 2))
        for c in f["columns"]
        if c["distance"] is not None
    }
    return {**_named(t, "usefulness", figures), **by_column}


def _attacks(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    told: dict[str, tuple[Cell, Cell]] = {}
    for a in f["attacks"]:
        name = report.name("attack", a["name"])
        if a["status"] == "internal":
            told[a["name"]] = (name, t("attacks.ceiling", ceiling=t.n.up(a["ceiling"], 3)))
            continue
        kind, (low, high, _) = a["statistic"], a["interval"]
        ends = {"low": lower(low, kind, t.n), "high": upper(high, kind, t.n)}
        told[a["name"]] = (name, t("attacks.interval", value=statistic(a["value"], kind, t.n), **ends))
    return told


def _limits(f: dict[str, Any], t: Words, report: Words) -> dict[str, tuple[Cell, Cell]]:
    return {
        x["name"]: (
            report.name("limit", x["name"]),
            t(
                "limits.text" if x["review"] is not None else "limits.never",
                passes=t.n.plain(x["pass"]),
                review="" if x["review"] is None else t.n.plain(x["review"]),
                source=source(x["source"], report),
            ),
        )
        for x in f["thresholds"]
    }
