"""The first file that a researcher opens: what the bundle is, what it promises, how to use, cite and check it.

Plain text in short lines. Every number is a value of the public facts.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import Any

from dpsynth.release import naming
from dpsynth.release.contents import CHECKSUMS, CONTENTS, DATA_PACKAGE, Kind, Part, kind_of
from dpsynth.release.datapackage import table_of
from dpsynth.report.inputs import Published

WIDTH = 78
NO_RULES = "the policy declares no rule between columns."
UNITS = {
    "patient": "one person with all of their rows",
    "patient_year": "one year of one person, not the whole person",
    "visit": "one visit, not the whole person",
    "row": "one row, not the whole person",
}


def readme(p: Published, f: dict[str, Any], parts: tuple[Part, ...]) -> str:
    """The text.

    Args:
        p: what is released.
        f: the values of the public facts.
        parts: files of the bundle that are there already.
    """
    data = [part.path for part in parts if part.path.startswith("data/")]
    sections = (
        ("What this is", _what(p, f)),
        ("Files", _files(parts)),
        ("What was protected, and how strongly", _protected(p, f)),
        ("What was not protected", _unprotected(p, f)),
        ("What the data are good for, and what not", _use(f)),
        ("How to load", _load(data)),
        ("How to cite", _paragraph(naming.citation(p))),
        ("Whom to ask", _ask(p)),
        ("How to check that nothing was changed", _check()),
        ("What else is digested", _digests()),
    )
    lines = list(_head(p))
    for title, text in sections:
        lines += ["", title.upper(), "", *text]
    return "\n".join(lines) + "\n"


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(naming.one_line(text), WIDTH, break_long_words=False, break_on_hyphens=False)


def _points(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(
            naming.one_line(text),
            WIDTH,
            initial_indent="- ",
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    left = max(len(name) for name, _ in rows) + 2
    for name, text in rows:
        wrapped = textwrap.wrap(naming.one_line(text), WIDTH - left, break_long_words=False, break_on_hyphens=False)
        for i, line in enumerate(wrapped or [""]):
            yield f"{name if i == 0 else '':<{left}}{line}".rstrip()


def _head(p: Published) -> Iterator[str]:
    title = list(_paragraph(naming.title(p.policy)))
    yield from title
    yield "=" * max(len(line) for line in title)
    yield ""
    for warning in naming.warnings(p):
        yield from _paragraph(warning)
        yield ""
    yield from _paragraph(naming.NO_PERSON)
    yield ""
    licence = p.policy.catalogue.licence
    terms = "none is stated: ask before you use the data or pass them on"
    if licence is not None:
        terms = " ".join(filter(None, (licence.name, licence.title and f"({licence.title})", licence.page)))
    yield from _table(
        [
            ("Release", p.release_id),
            ("Made on", p.run_date),
            ("Published by", naming.publisher(p.policy).name),
            ("Responsible", p.policy.legal.controller),
            ("Licence", terms),
            (
                "State",
                "draft when it was sealed. Without a folder signatures/ nobody has approved it: do not use it, do not "
                "pass it on. What was signed is in that folder; an opinion is no approval.",
            ),
        ]
    )


def _what(p: Published, f: dict[str, Any]) -> Iterator[str]:
    about, c = p.policy.catalogue, f["contents"]
    yield from _several(f) if f["relations"] else _panel(c) if "waves" in c else _single(c)
    rows = [("Made for", naming.in_english(p.policy.legal.purpose))]
    if about.description is not None:
        rows.append(("Original data", naming.in_english(about.description)))
    if about.population is not None:
        rows.append(("People", naming.in_english(about.population)))
    if about.period is not None:
        rows.append(("Time", f"{about.period.start} to {about.period.end}"))
    if about.places:
        rows.append(("Places", ", ".join(place.name for place in about.places)))
    rows += [
        ("Source" if i == 0 else "", " ".join(filter(None, (s.title, s.version, s.page))))
        for i, s in enumerate(about.sources)
    ]
    yield ""
    yield from _table(rows)


def _single(c: dict[str, Any]) -> Iterator[str]:
    """The table, and what its key does not mean."""
    yield from _paragraph(
        f"A table of {c['synthetic_rows']:,} synthetic rows, with {c['columns']} columns and the key {c['unit_key']} "
        f"({c['table']}). A model was fitted to noisy counts of the real table and the rows were drawn from it. Every "
        "row stands for itself and belongs to no other row: its key is new, so rows cannot be joined to people, and "
        "nobody can be followed over rows. Do not count rows as people."
    )


def _panel(c: dict[str, Any]) -> Iterator[str]:
    """The table of a fixed panel, and what its key means."""
    waves = c["waves"]
    yield from _paragraph(
        f"A table of {waves['people']:,} synthetic people in {len(waves['labels'])} waves ({waves['column']}: "
        f"{', '.join(waves['labels'])}): {c['synthetic_rows']:,} rows, with {c['columns']} columns and the key "
        f"{c['unit_key']} ({c['table']}). Rows with the same key belong to one synthetic person, at most one in each "
        "wave. A model was fitted to noisy counts in which every real person was one row, with all waves side by side, "
        "and synthetic people were drawn from it. How a column of one wave depends on the wave before holds as far as "
        "these counts say. A synthetic person is drawn from the model and stands for nobody, also where a real person "
        "happens to be like it."
    )


def _several(f: dict[str, Any]) -> Iterator[str]:
    """The tables, and what their keys mean."""
    c, people = f["contents"], f["relations"]["people"]
    yield from _paragraph(
        f"{people:,} synthetic people with all their rows. Models were fitted to noisy counts of the real people and "
        "of their rows; people were drawn from them, and then the rows of each, one after the other. Keys are new and "
        f"hold over all files: rows with the same {c['unit_key']} belong to one synthetic person. That person "
        "is drawn from the model and stands for nobody, also where a real person happens to be like it."
    )
    yield ""
    yield from _table(
        [(t["name"], f"{t['synthetic_rows']:,} rows, {t['columns']} columns besides keys") for t in c["tables"]]
    )


def _files(parts: tuple[Part, ...]) -> Iterator[str]:
    there = [part.path for part in parts if kind_of(part.path) is not None]
    rows = []
    for kind in CONTENTS:
        paths = [path for path in there if kind_of(path) is kind] or ([kind.pattern] if _is_to_come(kind) else [])
        rows += [(path, f"{kind.meaning}.") for path in paths]
    yield from _table(rows)


def _is_to_come(kind: Kind) -> bool:
    """Whether a file has one name in every bundle, so that it is there in the end."""
    return (kind.always and "*" not in kind.pattern) or kind.pattern.startswith("signatures/")


def _unit(claim: dict[str, Any], waves: dict[str, Any] | None) -> str:
    """The protected unit, and how many of its rows count."""
    if waves:
        return f"{UNITS[claim['unit']]}; the rows of each, one in each of {len(waves['labels'])} waves, count as one"
    if not claim["bounds"]:
        return f"{UNITS[claim['unit']]}; at most {claim['rows_per_unit']} rows of each were used"
    each = ", ".join(f"{b['rows']} in {b['table']}" for b in claim["bounds"])
    where = " in all tables" if claim["unit"] == "patient" else ""
    return f"{UNITS[claim['unit']]}{where}; at most so many rows of each were counted ({each})"


def _protected(p: Published, f: dict[str, Any]) -> Iterator[str]:
    claim, ceiling, budget = f["privacy"], f["ceiling"], f["budget"]
    unit = _unit(claim, f["contents"].get("waves"))
    yield from _paragraph(
        f"Protected is {unit}. The promise is differential privacy with epsilon {p.epsilon:g} and delta "
        f"{p.delta:g}. Whatever somebody knows and however they compute: seeing this bundle changes the odds they give "
        f"to one person being in the data by a factor of at most {claim['odds_factor']:.3g}, up or down, except with a "
        "probability of about delta."
    )
    yield ""
    point, further = ceiling["points"][:2]
    yield from _paragraph(
        f"In people: an attacker who accepts to accuse {point['accused']} of {ceiling['people']:,} outsiders wrongly "
        f"finds on average at most {point['found']:,} of {ceiling['people']:,} people who are in the data; guessing "
        f"finds {point['accused']}. Who accepts to accuse {further['accused']} finds at most {further['found']:,}; "
        f"guessing finds {further['accused']}."
    )
    yield ""
    yield from _paragraph(
        "With all earlier releases about the same people that the centre's ledger knows, the total is epsilon "
        f"{budget['epsilon_total']:.3g} of {budget['epsilon_limit']:g} that are allowed in all, at delta "
        f"{budget['delta']:g}; only two signatures raise that limit, and every later report lists it. Totals are "
        "counted by a rougher rule than a single release, on the safe side."
        + (" The ledger was made for a demonstration: it protects nobody's total." if p.budget.throw_away else "")
        + ("" if p.budget.total_known else f" {naming.UNKNOWN_TOTAL}")
    )


def _unprotected(p: Published, f: dict[str, Any]) -> Iterator[str]:
    u, ceiling = f["unprotected"], f["ceiling"]
    group, alone = ceiling["group"], ceiling["points"][0]
    declared = [*u["statements"], *(f"{i['fact']} ({i['citation']})" for i in u["invariants"])]
    yield from _points(
        [
            "Groups: families, practices, hospitals and regions are protected less the larger they are. For groups of "
            f"{group['people']} protected units, each in the data as a whole or not at all, an attacker who accuses "
            f"{group['accused']} of {ceiling['people']:,} wrongly finds on average at most {group['found']:,} of "
            f"{ceiling['people']:,}, not {alone['found']:,}, and judges at most {_up(100 * group['auc'], 1)} of 100 "
            f"pairs rightly, not {_up(100 * ceiling['auc'], 1)}.",
            "Facts about a person in the rows of others, such as the income of a family or the education of a parent: "
            "the promise to a person covers only that person's own rows.",
            "Truths about the population: what follows from a diagnosis can be guessed of anybody who has it, in the "
            "data or not.",
            "That the release exists, when it was made, and everything in policy.yaml.",
            f"Somebody with two ids in column {f['contents']['unit_key']}: that counts as two people.",
            "The human decision to release, and other publications about the same people that are not in the ledger.",
            *(f"Declared for this release: {text}" for text in declared),
        ]
    )


def _use(f: dict[str, Any]) -> Iterator[str]:
    one, two, paid = (f["utility"][k] for k in ("free_one_way", "free_two_way", "paid_two_way"))
    points = [
        f"Tables of one column: on average {100 * one['mean']:.1f} percent of the rows stand in another level than in "
        f"the noisy counts of the real table ({one['marginals']} columns).",
    ]
    if paid is not None:
        points.append(
            f"Tables of two columns: on average {100 * paid['mean']:.1f} percent of the rows stand elsewhere than in "
            f"the real table, over all {paid['marginals']} pairs; a noisy answer, with a standard deviation "
            f"of {100 * paid['mean_sd']:.2f} percentage points."
        )
    elif two["marginals"]:
        points.append(
            f"Tables of two columns: on average {100 * two['mean']:.1f} percent of the rows stand elsewhere than in "
            f"the noisy counts, over the {two['marginals']} pairs that were measured. Other pairs were not."
        )
    c = f["contents"]
    if c["binned"]:
        points.append(
            f"Means, sums, medians and maxima: with care. {c['binned']} of {c['columns']} columns have bins of several "
            "values, and inside a bin values are drawn evenly. A few rows that the noise puts into a wide top bin can "
            "dominate a sum or a mean."
        )
    points += [
        "Single rows can be impossible: "
        + (f"only the policy's rules between columns ({c['rules']}) are kept." if c["rules"] else NO_RULES),
        f"Levels with fewer than {_rare(f['rare_levels'])} cannot be told from noise: do not count rare events, and "
        "do not conclude from their absence.",
        "Relations of three and more columns are those of the model, not measured one by one.",
        "Right for learning, teaching, writing and testing programs. Before a result is published, it must be checked "
        "on the original data.",
        "The report tells more: which columns and pairs are good, and how sure that is.",
    ]
    yield from _points(points)


def _rare(rare: dict[str, Any]) -> str:
    """Rows that a level needs to be told from an empty one, table by table where there are several."""
    each = ", ".join(f"{_up(x['below_rows'])} in {x['table']}" for x in rare["tables"])
    return f"so many real rows ({each})" if each else f"{_up(rare['below_rows'])} real rows"


def _up(value: float, digits: int = 0) -> str:
    """A limit, rounded up as in the report."""
    return f"{math.ceil(value * 10**digits - 1e-9) / 10**digits:,.{digits}f}"


def _load(data: list[str]) -> Iterator[str]:
    yield from _paragraph(
        "Read as below, Parquet keeps the types, of columns with missing cells, too. In CSV every text is quoted and a "
        "missing cell is empty; codes such as 01 stay texts only if you read them as texts. "
        f"{DATA_PACKAGE} names type and limits of every column"
        + (", and which keys belong together." if len(data) > 2 else ".")
    )
    parquet, csv = ([path for path in data if path.endswith(form)] for form in (".parquet", ".csv"))
    yield from ("", "Python:", "", "    import pandas as pd")
    yield from (
        f'    {_called(path, data)} = pd.read_parquet("{path}", dtype_backend="numpy_nullable")' for path in parquet
    )
    yield from (
        f'    texts = pd.read_csv("{csv[0]}", dtype=str, keep_default_na=False, na_values=[""])',
        "",
        "R:",
        "",
    )
    yield from (f'    {_called(path, data)} <- arrow::read_parquet("{path}")' for path in parquet)
    yield from (
        f'    texts <- read.csv("{csv[0]}", colClasses = "character", na.strings = "",',
        "                      check.names = FALSE)",
    )


def _called(path: str, data: list[str]) -> str:
    """The name of a table in the examples."""
    name = table_of(path).replace("-", "_")
    return "table" if len(data) == 2 else f"t{name}" if name[0].isdigit() else name


def _ask(p: Published) -> Iterator[str]:
    contact = p.policy.catalogue.contact
    if contact is None:
        yield from _paragraph(f"No contact is stated. Ask {naming.publisher(p.policy).name}.")
        return
    yield from _paragraph(contact.name)
    yield from (reach for reach in (contact.email, contact.page) if reach is not None)


BY_OPENSSL = r"""
    FILE=signatures/NAME.dsse.json KEY=/path/to/SIGNER.pub.pem D=$(mktemp -d)
    sed 's/.*"payload":"\([^"]*\)".*/\1/' "$FILE" | openssl base64 -d -A > "$D/said"
    N=$(wc -c < "$D/said" | tr -d ' ') T=application/vnd.in-toto+json
    { printf 'DSSEv1 28 %s %s ' $T $N; cat "$D/said"; } > "$D/signed"
    ID=$(openssl pkey -pubin -in "$KEY" -outform DER | openssl dgst -sha256 -r)
    ID=$(echo "$ID" | cut -c1-64)
    sed 's/.*"keyid":"'$ID'","sig":"\([^"]*\)".*/\1/' "$FILE" > "$D/sig64"
    openssl base64 -d -A -in "$D/sig64" -out "$D/sig"
    openssl pkeyutl -verify -pubin -inkey "$KEY" -rawin -in "$D/signed" -sigfile "$D/sig"
    cat "$D/said"; echo; openssl dgst -sha256 -r manifest.json
"""
"""Checks one signature with a shell and openssl alone: DSSE's encoding is put together by hand."""


def _check() -> Iterator[str]:
    yield from _paragraph("In the folder of this file, on Linux and on macOS:")
    yield from ("", f"    sha256sum -c {CHECKSUMS}", f"    shasum -a 256 -c {CHECKSUMS}", "")
    yield from _paragraph(
        "Every line must end with OK. That proves that the files belong together, not who made them: somebody who "
        f"changes a file can change {CHECKSUMS} too. So compare the digest of the manifest, which names all files, "
        "with the one that the publisher gives you on another way:"
    )
    yield from ("", "    sha256sum manifest.json", "")
    yield from _paragraph(
        "With dpsynth installed, `dpsynth verify . --keys KEYS.json` checks all of it, signatures included, and says "
        "in plain words what it found; the publisher gives you the list of keys. Without it, a shell and openssl check "
        "each signature. FILE is the signature, KEY the public key of whoever signed, which comes from the publisher "
        "and not from this folder:"
    )
    yield from BY_OPENSSL.rstrip().split("\n")
    yield ""
    yield from _paragraph(
        "Right is `Signature Verified Successfully`, and the statement that is printed names under `sha256` the digest "
        "of manifest.json, which is printed last. The statement says who signed, in which role, and what: an opinion "
        "is no decision."
    )


def _digests() -> Iterator[str]:
    yield from _points(
        [
            "policy_digest: SHA-256 of the values of the policy with defaults filled in, its code lists and maps, not "
            "of the file policy.yaml. Where the files that the policy names are at hand, `dpsynth check policy.yaml` "
            "prints its first 16 digits.",
            "code_digest: of all files of the program. audit.code in facts.json is another: of the files between raw "
            "table and noisy answers and the audit's own, with the versions of four packages.",
            "internal_commitment and source_commitment, in the manifest: of the internal facts and reports, and of the "
            "source, each with 256 random bits that stay in the centre. They bind the centre and let nobody test a "
            "guess.",
        ]
    )
