"""Drafts a policy from the names and the declared types of columns: no row is read, no value is guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from dpsynth.errors import PolicyError
from dpsynth.policy.explain import PLACEHOLDER

Columns = Mapping[str, pa.DataType | None] | Iterable[tuple[str, pa.DataType | None]]
"""Names with types, None where the file declares none (CSV); pairs where a header line repeats a name."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_KEY = re.compile(r"(^|_)(id|key|nr|no|zper|pid|pseudonym)$|patient|person|subject|insured|versicherte", re.IGNORECASE)

_HEAD = """\
# yaml-language-server: $schema=policy.schema.json
#
# A draft. Replace every {todo}, then run `dpsynth check` on this file: it names each place that is left.
# Everything here is public. Take bounds and category lists from the code book, never from the data.

dpsynth_policy: 1
id: {id}
title:
  en: {todo} # what readers will call the release

legal:
  controller: {todo} # who is responsible for the data
  purpose:
    en: {todo} # what the synthetic data are for

release:
  audience: secure_environment # who may get the data: public, registered or secure_environment

# catalogue: # how others find, cite and ask about the release: licence, contact, keywords; see docs/policy.md

source:
  population: {todo} # a name for the people; all releases about them share one lifetime budget
  snapshot: {todo} # a name for this extract, such as 2024-06
  max_patients: {todo} # a number of people that is certainly not exceeded and that anybody may know

tables:
"""

_TABLE = """\
  {table}:
    file: {file}
    missing_values: [""] # texts that mean "missing"; add others, such as "?" or "-9"
    columns:
      # Exactly one column says whose row it is. Replace its block by: {{role: unit_key}}
      # A column that must not leave, such as a name, an address or a free text: {{role: drop}}
      # source: where the list or the bounds come from: doc, clinical, schema or assumed.
      # nullable: true keeps "missing" as a value of its own.
"""

_TAIL = """
privacy:
  contribution:
    max_rows_per_unit: {rows}
  epsilon: 1 # of this release: smaller means stronger privacy and more noise
  delta: {todo} # at most 0.01 / max_patients, such as 1e-8
  lifetime: # of all releases about these people, for ever
    epsilon: 3
    delta: {todo} # at least the delta above

synthesis:
  mechanism: {mechanism}
"""

_ROWS = f"{PLACEHOLDER} # at most this many rows of one person are used; more rows need more noise"


def draft(columns: Columns, file: str, policy_id: str) -> str:
    """Drafts a policy in YAML.

    Args:
        columns: names with declared types, in the order of the file.
        file: path of the data, relative to the policy.
        policy_id: name of the release programme.

    Returns:
        The text of a policy in which a person must fill in every `FILL_IN` before `load` accepts it.

    Raises:
        PolicyError: `policy_id` is not a name, or there is no column.
    """
    _check_id(policy_id)
    pairs = list(columns.items() if isinstance(columns, Mapping) else columns)
    if not pairs:
        raise PolicyError(f"{file}: there are no columns. Name a table with a header line or declared types.")
    table = _TABLE.format(table="records", file=quoted(file))
    return document(policy_id, table + "".join(_blocks(pairs)))


def document(policy_id: str, tables: str, *, rows: int | None = None, mechanism: str | None = None) -> str:
    """A whole draft around its tables.

    Args:
        policy_id: name of the release programme.
        tables: what stands below `tables:`.
        rows: most rows of one person in the table of people; None: to be filled in.
        mechanism: the mechanism, if not the usual one.

    Raises:
        PolicyError: `policy_id` is not a name.
    """
    _check_id(policy_id)
    head = _HEAD.format(todo=PLACEHOLDER, id=quoted(policy_id))
    bound = _ROWS if rows is None else f"{rows} # the table of people has one row of each"
    return head + tables + _TAIL.format(todo=PLACEHOLDER, rows=bound, mechanism=mechanism or "clique_tree")


def _check_id(policy_id: str) -> None:
    if not _ID.fullmatch(policy_id):
        raise PolicyError(
            f"the id of the policy was given {policy_id!r}; allowed: lower-case letters, digits, _ and -, at most 64, "
            "beginning with a letter or digit. Choose another id."
        )


def _blocks(pairs: list[tuple[str, pa.DataType | None]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for position, (name, kind) in enumerate(pairs, start=1):
        yield "\n"
        if problem := _unusable(name):
            yield f"      # Column {position} cannot be used: {problem}. Rename it in the file, or leave it out.\n"
        elif name in seen:
            yield f"      # Column {position} has the name {quoted(name)} once more. Rename it in the file.\n"
        else:
            if name.lower() in seen:
                twin = quoted(seen[name.lower()])
                yield f"      # Some databases cannot tell this name from {twin}. Better rename one of them.\n"
            seen[name] = seen[name.lower()] = name
            yield from _block(name, kind)


def _block(name: str, kind: pa.DataType | None) -> Iterator[str]:
    if _KEY.search(name):
        yield "      # By its name this may identify the person. If so, replace the block by: {role: unit_key}\n"
    yield f"      {quoted(name)}:\n"
    for line in _lines(kind):
        yield f"        {line}\n"


def _lines(kind: pa.DataType | None) -> list[str]:
    """What is known of a column from its declared type alone."""
    if kind is None:
        return [
            f"type: {PLACEHOLDER} # category, boolean, integer, real or date; then add what the type needs:",
            "# category: domain: [a, b, c], or domain_file: list.csv",
            "# boolean: true_values: [...] and false_values: [...] unless it is true/false, yes/no, ja/nein or 1/0",
            "# integer, real: min, max and bins, such as bins: {width: 5}",
            "# date: min: '2015-01-01', max: '2024-12-31', bins: month",
            *_ends(),
        ]
    while pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_boolean(kind):
        return ["type: boolean", *_ends("schema")]
    if pa.types.is_integer(kind):
        return [
            "type: integer # if the numbers are codes: type: category, with domain in place of min, max and bins",
            *_bounds("{count: 10} # or {width: 5}, {each: true}, {edges: [...]}"),
            *_ends(),
        ]
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        decimals = min(max(kind.scale, 0), 9) if pa.types.is_decimal(kind) else 2
        return [
            "type: real",
            f"decimals: {decimals} # digits after the point in the synthetic data",
            *_bounds("{count: 10} # or {width: 5}, {edges: [...]}; add points: [0] if 0 is frequent"),
            *_ends(),
        ]
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return ["type: date", *_bounds("month # or day, week, quarter, year", "YYYY-MM-DD, "), *_ends()]
    if kind in (pa.string(), pa.large_string(), pa.string_view()):
        return [
            "type: category # text; a date written as text: type: date, with min, max and format",
            f"domain: {PLACEHOLDER} # the list [a, b, c] from the code book, or domain_file: list.csv",
            *_ends(),
        ]
    return ["role: drop", f"note: {quoted(f'Columns of type {kind} cannot be synthesized.')}"]


def _bounds(bins: str, form: str = "") -> list[str]:
    return [
        f"min: {PLACEHOLDER} # {form}smallest plausible value; smaller ones are moved up to it",
        f"max: {PLACEHOLDER} # {form}largest plausible value; larger ones are moved down to it",
        f"bins: {bins}",
    ]


def _ends(source: str = PLACEHOLDER) -> list[str]:
    return ["nullable: true", f"source: {source}"]


def _unusable(name: str) -> str | None:
    if not name.strip():
        return "it has no name"
    if len(name) > 128:
        return "its name is longer than 128 characters"
    if any(character < " " or character == "\x7f" for character in name):
        return "its name holds control characters"
    return None


def quoted(text: str) -> str:
    """Text as YAML: bare where that is safe in every version of YAML, in double quotes elsewhere."""
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return text
    escaped = (
        f"\\{character}" if character in '"\\' else character if character.isprintable() else f"\\U{ord(character):08X}"
        for character in text
    )
    return f'"{"".join(escaped)}"'
