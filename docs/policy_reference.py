"""Prints docs/policy.md from the schema of a policy: python docs/policy_reference.py > docs/policy.md."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dpsynth.policy import (
    binned_columns,
    block,
    catalogue,
    columns,
    dummy,
    judging,
    people,
    promise,
    relations,
    schema,
    signoff,
    tables,
    training,
    waves,
)

Node = dict[str, Any]

HEAD = """\
# The policy file

Printed from the program (`python docs/policy_reference.py > docs/policy.md`). A policy is one YAML file; unknown keys
are errors, and every error names file and line. Draft one with `dpsynth policy new DATA`, check it with
`dpsynth check`. [policies/rand_hie.yaml](../policies/rand_hie.yaml) is a complete example, and editors complete and
check policies through [policies/policy.schema.json](../policies/policy.schema.json). Everything in a policy is public,
and nothing in it may be computed from the data.
"""

WAVES = """\
## Fixed panels

A table with one row a person and wave (the years of a study, the visits of a trial) may be modelled with one row a
person: `layout: waves`. `waves.column` says which wave a row is of, `waves.constant` which columns are the same in
all waves of a person; all others may differ.

```yaml
tables:
  visits:
    file: visits.csv
    layout: waves
    waves: {column: visit, constant: [sex, site]}
    columns:
      pid: {role: unit_key}
      visit: {type: category, domain: [v0, v1, v2], source: doc}
      sex: {type: category, domain: [f, m], source: doc}
      site: {type: category, domain: [a, b, c], source: doc}
      score: {type: integer, min: 0, max: 9, bins: {each: true}, nullable: true, source: doc}
privacy:
  contribution: {max_rows_per_unit: 1}
```

**What is counted.** One row a person: `sex`, `site`, then for each wave `present@v0` and `score@v0`. Noise is that of
one row, however many waves there are: `max_rows_per_unit` is 1. `present` says `not yet`, `yes` or `no` (no row in
this wave, but an earlier one); a column of a wave without a row is `absent`. What leaves has the shape of the source
again, with one key for all rows of a synthetic person.

**Names in wishes.** `target`, `must_include`, `workload` and `marginals` name columns of that row (`score@v1`), or
columns of the file, which are then meant in every wave: `[score, sex]` is three tables. Where there is no `workload`,
it is what panels are looked at for: pairs within a wave, pairs with what is constant, and each column with itself in
the next wave. Rules name columns of the file and hold in every row.

**From wave to wave.** `waves.lagged` names columns that are always counted together with themselves in the next wave.
Two or three that change slowly and say most about the others keep people themselves; noise is then divided among more
tables.

**Rows that do not fit.** A row without a wave takes no part, nor does one of a wave that is not listed, such as a year
beyond `max`. Of two rows of one person and wave the first in the order of their contents counts. A constant column is
taken from a person's first wave. None of it is an error, and the internal report counts such rows.

**What is refused.** A column of waves without a closed list (a category with `domain`, or an integer with
`bins: {each: true}`), fewer than 2 or more than 24 waves, more than 300 columns of one row, several tables, `rows`,
another `max_rows_per_unit`.
"""

RULES = """\
## Structural rules

`tables.NAME.rules` says what no record can be. Such facts come from a code book, never from the data: a rule that was
read off the data would publish something about them for free. The synthetic data keep to the rules. A real row that
breaks one is never an error, because an error would tell that the row exists: it is counted like any other, and the
model simply gives it no place.

**Impossible combinations.** No record has one of the levels listed in *every* one of the columns, two to four of them:

```yaml
rules:
  - impossible: {sex: [m], pregnant: [true]}
    note: code book, chapter 3
```

Levels are named as the domain prints them. The labels of `other` and `missing` cells are levels too, and a rule that
does not name them leaves them alone. Booleans take `true` and `false`.

**Stretches of numbers or days.** An ordered column may give `{min: x, max: y}` instead of a list, both ends included,
either one optional. The ends must be the first and the last value of bins; an error names the nearest ones:

```yaml
rules:
  - impossible: {age: {max: 11}, pregnant: [true]}
```

**One column decides another.** Every level of `from` is mapped to its level of `to`, or to the list of those that it
may have. Levels of `to` that are not listed are impossible, `other` and `missing` too. `other` and `missing` of `from`
may be mapped; where they are not, they leave everything possible:

```yaml
rules:
  - determines: {from: town, to: county, map: {Aldo: North, Bree: North, Cade: [North, South]}}
```

**The same, from a file.** `map_file` names a comma-separated file beside the policy with a header `from,to` (or the
names of the two columns) and one pair of levels a line; a level with several lines may have several levels. Its content
is part of the policy's digest:

```yaml
rules:
  - determines: {from: town, to: county, map_file: towns.csv}
```

A rule may be over at most 4,000,000 combinations of levels. Rules that leave no record at all are an error.
"""

TABLES = """\
## Several tables

One table is that of people: it has one row of each, and no `parent`. Every other table names its `parent`; three levels
are possible ([tables.md](tables.md)). `source.max_patients`, the budget and the promise are about people, with all
their rows in all tables.

```yaml
tables:
  patients:
    file: patients.csv
    time: {start: 2019-01-01, end: 2023-12-31, index: entry, birth: born, death: died}
    columns:
      pid: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc}
      born: {type: date, min: 1920-01-01, max: 2010-12-31, bins: year, nullable: true, source: doc}
      entry: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      died: {type: offset, from: entry, min: 0, max: 1825, bins: {width: 365}, nullable: true, source: doc}
  stays:
    file: stays.csv
    parent: patients
    rows: {at_most: 40, order_by: day}
    columns:
      stay: {role: key}
      pid: {role: unit_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, missing_as: 2019-01-01, source: doc}
      left: {type: offset, from: day, min: 0, max: 60, bins: {edges: [0, 1, 7, 60]}, nullable: true, source: doc}
      ward: {type: category, domain: [a, b, c], source: doc}
  labs:
    file: labs.csv
    parent: stays
    rows:
      at_most: 200
      order_by: day
      previous:
        - {column: code}
        - {column: value, same: code}
      summaries:
        - {column: value, of: mean}
        - {column: code, of: ever, levels: [hba1c]}
    columns:
      pid: {role: unit_key}
      stay: {role: parent_key}
      day: {type: date, min: 2019-01-01, max: 2023-12-31, nullable: true, source: doc}
      code: {type: category, domain: [hba1c, ldl, crp], source: doc}
      value: {type: real, min: 0, max: 100, decimals: 1, bins: {count: 4}, nullable: true, source: doc}
  drugs:
    file: drugs.csv
    parent: patients
    rows: {at_most: 30}
    columns:
      pid: {role: unit_key}
      atc: {type: category, references: atc, nullable: true, other: false, source: doc}
public_tables:
  atc: {file: atc.csv, key: atc, citation: WHO Collaborating Centre for Drug Statistics Methodology}
```

**Whose row it is.** Every table has a column with `role: unit_key`, which says whose row it is; a row that has none, or
names somebody who is not in the table of people, takes no part. A table on the third level also has a column with
`role: parent_key`, which leads to a row with that `role: key` of the *same* person. Were people found through keys of
parent rows alone, a key that two of them share could hand rows from one to the other when somebody else leaves, and the
promise would need twice the noise.

**How many.** `rows.at_most` bounds a person's rows in this table, in all. It is no bound for each parent: bounds for
each parent multiply from level to level (20 stays of 50 values each are 1,000), and the noise with them. Nobody's rows
are cut for measuring up to that bound; instead a person's own counts are scaled down to the length `clip`.

**Order and time.** `order_by` names the date that puts a person's rows in order. It is kept as days since `time.index`
for the first row and days since the row before for all others, so that synthetic dates rise, lie inside the study
window, after birth and before death. Other dates of a row are columns of `type: offset`. `previous` lets a row depend
on rows before; `summaries` become columns of the table of people, and tie a person's rows, and the tables, together.

**Catalogues.** What holds nobody's data belongs into `public_tables`: it is copied as it is. A column with `references`
has its keys as levels. A table that joins people and a catalogue (n:m) is a table with such a column, like `drugs`.

**What is refused.** Two tables without a parent (that would be a second privacy unit: physicians, say), parents or
links in a circle, a table without `unit_key`, a reference to rows without `key`, a bound for each parent.

One table whose rows of a person shall stay together has `rows` and no `parent`; `privacy.contribution` then has the
same bound. Elsewhere a column of one of several tables is named `TABLE.COLUMN`.
"""


def fields() -> dict[str, list[str]]:
    """Keys of each kind of block, in the order in which people write them; the schema file sorts them."""
    policies = (
        catalogue,
        binned_columns,
        columns,
        relations,
        waves,
        tables,
        people,
        promise,
        training,
        judging,
        signoff,
    )
    rooms = (*policies, dummy, schema)
    kinds = (k for r in rooms for k in vars(r).values() if isinstance(k, type) and issubclass(k, block.Block))
    return {kind.__name__: [f.alias or name for name, f in kind.model_fields.items()] for kind in kinds}


def sections() -> Iterator[tuple[str, Node]]:
    """Every kind of block once, with the path where it stands first, in the order of a policy."""
    seen: set[str] = set()

    def walk(path: str, block: Node) -> Iterator[tuple[str, Node]]:
        yield path, block
        for key in FIELDS[block["title"]]:
            yield from below(f"{path}.{key}".removeprefix("."), block["properties"][key])

    def below(path: str, node: Node) -> Iterator[tuple[str, Node]]:
        if (block := _block(node)) and block["title"] not in seen:
            seen.add(block["title"])
            yield from walk(path, block)
        for branch in _branches(node):
            yield from below(path, branch)
        if "items" in node:
            yield from below(f"{path}[N]", node["items"])
        for values in node.get("patternProperties", {}).values():
            yield from below(f"{path}.NAME", values)

    yield from walk("", ROOT)


def _block(node: Node) -> Node | None:
    return ROOT["$defs"][node["$ref"].rsplit("/", 1)[-1]] if "$ref" in node else None


def _branches(node: Node) -> list[Node]:
    return [*node.get("anyOf", ()), *node.get("oneOf", ())]


def allowed(node: Node) -> str:
    """What a value may be, in words."""
    if "$ref" in node:
        return "block"
    if "const" in node:
        return f"`{_plain(node['const'])}`"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if branches := _branches(node):
        return " or ".join(dict.fromkeys(allowed(b) for b in branches if b.get("type") != "null"))
    match node.get("type"):
        case "array":
            return f"list{_limits(node, 'minItems', 'maxItems')} of {allowed(node['items'])}"
        case "object":
            values = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")][0]
            key = "/".join(node.get("propertyNames", {}).get("enum", ["NAME"]))
            return f"block{_limits(node, 'minProperties', 'maxProperties')} of {key}: {allowed(values)}"
        case "integer":
            return f"whole number{_limits(node, 'minimum', 'maximum')}"
        case "number":
            return f"number{_limits(node, 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum')}"
        case "boolean":
            return "`true`, `false`"
    return "text"


def _limits(node: Node, low: str, high: str, above: str = "", below: str = "") -> str:
    words = [
        f"{word} {node[key]:,.15g}"
        for key, word in ((low, "at least"), (above, "above"), (high, "at most"), (below, "below"))
        if key in node
    ]
    return f" ({', '.join(words)})" if words else ""


def _left_out(node: Node) -> str:
    block, default = _block(node), node.get("default")
    if default is None:
        return ""
    # The defaults of a block stand in its own section, unless it has none of its own.
    return "as below" if block and not block.get("required") else f"`{_plain(default)}`"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _heading(path: str, block: Node) -> str:
    values = block["properties"]
    kind = [f"{key}: {values[key]['const']}" for key in ("type", "role") if "const" in values.get(key, {})]
    kind += [key for key in tables.rule_classes() if path.endswith("rules[N]") and key in values]
    return f"### {f'`{path}`' if path else 'The whole file'}{f', `{kind[0]}`' if kind else ''}"


def reference() -> str:
    """The page."""
    lines = [HEAD, TABLES, WAVES, RULES, "## Every key", ""]
    for path, part in sections():
        lines += [_heading(path, part), "", part["description"], ""]
        lines += ["| key | meaning | allowed | left out |", "|---|---|---|---|"]
        for key in FIELDS[part["title"]]:
            node = part["properties"][key]
            meaning = node.get("description") or (_block(node) or {}).get("description", "").split("\n")[0]
            default = "must be given" if key in part.get("required", ()) else _left_out(node)
            cells = (f"`{key}`", meaning, allowed(node), default)
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


ROOT: Node = json.loads(schema.schema_json())
FIELDS = fields()

if __name__ == "__main__":
    print(reference(), end="")
