"""Reads a policy file; every error names file and line, what was given, what is allowed, what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from dpsynth.errors import PolicyError
from dpsynth.policy import explain, yaml_text
from dpsynth.policy.code_list import CodeListError, read_code_list
from dpsynth.policy.listed_columns import CategoryColumn
from dpsynth.policy.map_file import MapFileError, Pairs, read_map
from dpsynth.policy.public_table import PublicTableError, read_public_table
from dpsynth.policy.schema import Policy, schema_json
from dpsynth.policy.tables import Determines
from dpsynth.policy.text_file import UnreadableError, read_text

__all__ = ["LoadedPolicy", "digest", "load", "schema_json"]

MAX_BYTES = 4 * 1024 * 1024
"""Largest policy file; longer code lists belong in a `domain_file`."""

SHOWN = 10
"""Most faults that one error names."""

EXAMPLE = "example:"
"""Prefix of a table that comes with the program."""


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy, where it stands, and what the files hold that it names.

    Attributes:
        policy: the frozen values.
        path: the file.
        text: the file as it was read.
        digest: SHA-256 of the canonical JSON of values, code lists and maps, as hex.
        code_lists: column -> levels, for columns declared by `domain_file` or `references`; where there are several
            tables, TABLE.COLUMN -> levels. See `lists_of`.
        maps: `map_file` as the policy names it -> its pairs of levels, for rules of the kind `determines`.
        public_tables: name -> the file's text, of `public_tables`.
        lines: path of a value in the file -> its line.
    """

    policy: Policy
    path: Path
    text: str
    digest: str
    code_lists: dict[str, tuple[str, ...]]
    maps: dict[str, Pairs] = field(default_factory=dict)
    public_tables: dict[str, str] = field(default_factory=dict)
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, repr=False, compare=False)

    def at(self, *path: str | int) -> str:
        """`file:line` of a value, or of the nearest block around it, for errors that are found later."""
        return f"{self.path}:{explain.nearest_line(self.lines, path)}"

    @property
    def data_path(self) -> str:
        """Where the table lies: a path that holds from the current folder, or `example:NAME` unchanged."""
        return self.path_of(self.policy.table_name)

    def path_of(self, table: str) -> str:
        """Where a table lies, as `data_path`."""
        file = self.policy.tables[table].file
        return file if file.startswith(EXAMPLE) else str(self.path.parent / file)

    def lists_of(self, table: str) -> dict[str, tuple[str, ...]]:
        """Column -> levels, of one table."""
        if len(self.policy.tables) == 1:
            return self.code_lists
        head = f"{table}."
        return {name.removeprefix(head): codes for name, codes in self.code_lists.items() if name.startswith(head)}


def load(path: Path) -> LoadedPolicy:
    """Reads and checks a policy file.

    Raises:
        PolicyError: with `file:line`, what was given, what is allowed, what to do; one line a fault, at most ten.
    """
    path = Path(path)
    try:
        text = read_text(path, MAX_BYTES)
    except UnreadableError as error:
        raise PolicyError(f"{path}: {error}") from None
    document = yaml_text.read(text)
    if not document.faults and document.value is None:
        raise PolicyError(f"{path}: the policy is empty. Draft one with `dpsynth policy new DATA`.")
    if not document.faults and not isinstance(document.value, dict):
        document.faults.append((1, "a policy is a block of keys such as `id: my-release`. Correct the first line."))
    if document.faults:
        raise _error(path, document.faults)
    policy = _validate(path, document)
    public = _public_tables(path, policy, document)
    code_lists = _code_lists(path, policy, document, {name: keys for name, (_, keys) in public.items()})
    maps = _maps(path, policy, document)
    texts = {name: content for name, (content, _) in public.items()}
    return LoadedPolicy(
        policy, path, text, digest(policy, code_lists, maps, texts), code_lists, maps, texts, document.lines
    )


def digest(
    policy: Policy,
    code_lists: Mapping[str, tuple[str, ...]],
    maps: Mapping[str, Pairs],
    public_tables: Mapping[str, str] | None = None,
) -> str:
    """SHA-256 of the canonical JSON of a policy, its code lists, its maps and its public tables, as hex.

    Canonical: keys sorted, no spaces, defaults filled in. The order of columns is part of it, comments are not.
    """
    content = {
        "policy": policy.model_dump(mode="json", by_alias=True),
        "column_order": {name: list(table.columns) for name, table in policy.tables.items()},
        "code_lists": {name: list(levels) for name, levels in code_lists.items()},
        "maps": {file: sorted(pairs) for file, pairs in maps.items()},
        **({"public_tables": dict(public_tables)} if public_tables else {}),
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _validate(path: Path, document: yaml_text.Document) -> Policy:
    """Checks the values. They go through JSON, so that lists become tuples and nothing else is converted."""
    unfilled = explain.placeholders(document)
    faults = list(unfilled.values())
    try:
        policy = Policy.model_validate_json(json.dumps(document.value))
    except ValidationError as error:
        for where, fault in explain.explain(error, document):
            # A block that is not filled in yet cannot be judged as a whole.
            if not any(empty[: len(where)] == where for empty in unfilled):
                faults.append(fault)
    if faults:
        raise _error(path, faults)
    return policy


def _public_tables(path: Path, policy: Policy, document: yaml_text.Document) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Text and keys of each public table."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    faults: list[yaml_text.Fault] = []
    for name, table in policy.public_tables.items():
        place = ("public_tables", name, "file")
        try:
            found[name] = read_public_table(path.parent / table.file, table.key)
        except PublicTableError as error:
            faults.append((explain.line_of(document, place), f"{yaml_text.dotted(place)}: {error}"))
    if faults:
        raise _error(path, faults)
    return found


def _code_lists(
    path: Path, policy: Policy, document: yaml_text.Document, keys: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    faults: list[yaml_text.Fault] = []
    columns = [(t, name, column) for t, table in policy.tables.items() for name, column in table.modelled.items()]
    for table, name, column in columns:
        if not isinstance(column, CategoryColumn) or column.domain is not None:
            continue
        key = "references" if column.domain_file is None else "domain_file"
        place, where = ("tables", table, "columns", name, key), name if len(policy.tables) == 1 else f"{table}.{name}"
        try:
            if column.domain_file is None:
                lists[where] = keys[str(column.references)]
            else:
                lists[where] = read_code_list(path.parent / column.domain_file, name)
            problem = column.label_clash(lists[where])
        except CodeListError as error:
            problem = str(error)
        if problem:
            faults.append((explain.line_of(document, place), f"{yaml_text.dotted(place)}: {problem}"))
    if faults:
        raise _error(path, faults)
    return lists


def _maps(path: Path, policy: Policy, document: yaml_text.Document) -> dict[str, Pairs]:
    maps: dict[str, Pairs] = {}
    faults: list[yaml_text.Fault] = []
    rules = [(name, i, rule) for name, table in policy.tables.items() for i, rule in enumerate(table.rules)]
    for table, i, rule in rules:
        if not isinstance(rule, Determines) or rule.determines.map_file is None:
            continue
        named, place = rule.determines, ("tables", table, "rules", i, "determines", "map_file")
        try:
            maps[rule.determines.map_file] = read_map(path.parent / rule.determines.map_file, named.from_, named.to)
        except MapFileError as error:
            faults.append((explain.line_of(document, place), f"{yaml_text.dotted(place)}: {error}"))
    if faults:
        raise _error(path, faults)
    return maps


def _error(path: Path, faults: list[yaml_text.Fault]) -> PolicyError:
    lines = [f"{path}:{line}: {message}" for line, message in sorted(faults)]
    more = [f"{path}: and {len(lines) - SHOWN} more faults."] if len(lines) > SHOWN else []
    return PolicyError("\n".join(lines[:SHOWN] + more))
