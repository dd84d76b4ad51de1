"""Makes dummy data: block by block, from the policy alone, with a manifest that says so."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from dpsynth import __version__, _files
from dpsynth.dummy import rows, words
from dpsynth.dummy.cells import Drawn
from dpsynth.dummy.delivery import LABEL, delivered_name, is_typed, labelled_name, writers
from dpsynth.dummy.plan import Level, Plan, TablePlan
from dpsynth.dummy.simulation import shown
from dpsynth.dummy.simulation.read import read_model
from dpsynth.dummy.streams import stream
from dpsynth.errors import PolicyError, UsageError
from dpsynth.policy.columns import UnitKey
from dpsynth.policy.keys import Link, ParentKey, RowKey

BLOCK = 1 << 14
"""Patients of a block: memory does not grow with the number of patients."""

MANIFEST = f"{LABEL}_manifest.json"
PLAIN = "as-delivered"
"""Folder in which the files have exactly the names of the delivery, for programs that must run unchanged."""

STATEMENT = (
    "DUMMY DATA: no real data was read. Rows are drawn from the policy and public randomness; no row describes a "
    "person, and nothing can be learned from them about anybody."
)

Draw = Callable[[int, int], Mapping[str, Drawn]]
"""(patients, block) -> the rows of every table."""


@dataclass(frozen=True)
class Made:
    """What was written.

    Attributes:
        folder: where.
        rows: table -> number of rows.
    """

    folder: Path
    rows: dict[str, int]


def make(plan: Plan, patients: int, seed: int, folder: Path, *, force: bool = False) -> Made:
    """Writes dummy tables for exactly `patients` patients.

    Raises:
        UsageError: the folder holds something else than dummy data, or dummy data that may not be replaced.
        PolicyError: two tables have the same file, or rules contradict each other.
        ResourceError: the disk refuses.
    """
    names = _names(plan)
    draw, model = _drawing(plan, seed)
    _clear(folder, force)
    tables = {name: (labelled_name(plan[name].table.file), plan[name].table.delimiter) for name in names}
    done = dict.fromkeys(names, 0)
    with writers(folder, tables) as open_writers:
        for block, start in enumerate(range(0, patients, BLOCK)):
            drawn = draw(min(BLOCK, patients - start), block)
            for table in plan.tables:
                rng = stream(seed, "words", table.name, block)
                cells = _block(plan, table, drawn, done, start, rng)
                open_writers[table.name].append(cells)
            for name, part in drawn.items():
                done[name] += len(part.owner)
    _files.write_json(
        folder / MANIFEST,
        _manifest(plan, patients, seed, {n: (w.rows, w.sha256) for n, w in open_writers.items()}) | model,
        _files.PUBLIC,
    )
    _plain_names(plan, folder)
    return Made(folder, {name: done[name] for name in plan.loaded.policy.tables})


def drawn(plan: Plan, patients: int, seed: int) -> dict[str, pa.Table]:
    """Dummy tables in memory: the cells that `make` would write for at most `BLOCK` patients.

    Raises:
        PolicyError: two tables have the same file, or rules contradict each other.
    """
    done = dict.fromkeys(_names(plan), 0)
    draw, _ = _drawing(plan, seed)
    found = draw(min(BLOCK, patients), 0)
    return {
        table.name: _block(plan, table, found, done, 0, stream(seed, "words", table.name, 0)) for table in plan.tables
    }


def _drawing(plan: Plan, seed: int) -> tuple[Draw, dict[str, Any]]:
    """How blocks are drawn, and what the manifest says of the model if there is one."""
    if plan.level is not Level.SIMULATION:
        return lambda patients, block: rows.draw(plan, patients, seed, block), {}
    if plan.dummy.simulation is None:
        raise PolicyError(
            f"{plan.loaded.at('dummy')}: the policy names no model for the level simulation. Give dummy.simulation, or "
            "use --level rules."
        )
    model, digest = read_model(plan.loaded.path.parent / plan.dummy.simulation)
    shown.check(plan, model)
    about = {"title": model.title, "sha256": digest, "sources": model.sources}
    return lambda patients, block: shown.draw(plan, model, patients, seed, block), {"simulation": about}


def _names(plan: Plan) -> list[str]:
    """Tables in the order of the policy, each with a file of its own."""
    policy, found = plan.loaded.policy, set[str]()
    places = [("tables", name, table.file) for name, table in policy.tables.items()]
    places += [("public_tables", name, table.file) for name, table in policy.public_tables.items()]
    for *place, path in places:
        file = delivered_name(path)
        if file in found:
            raise PolicyError(
                f"{plan.loaded.at(*place, 'file')}: {'.'.join(place)}.file: two tables have a file called {file}, but "
                "dummy data lie in one folder. Rename one."
            )
        found.add(file)
    return list(policy.tables)


def _clear(folder: Path, force: bool) -> None:
    """Makes room; nothing but dummy data is ever replaced."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    known = _dummy_files(folder)
    if not known:
        raise UsageError(f"{folder} is there and holds no dummy data. Name another folder with --out.")
    if not force:
        raise UsageError(f"{folder} already holds dummy data. Replace them with --force, or name another folder.")
    there = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if others := sorted(str(path.relative_to(folder)) for path in there if path not in known):
        raise UsageError(f"{folder} holds {others[0]} besides dummy data. Move it away, or name another folder.")
    for path in there:
        path.unlink()


def _dummy_files(folder: Path) -> set[Path]:
    """The files that an earlier manifest says were written here; none if there is no such manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        tables = manifest["tables"].values() if manifest["statement"] == STATEMENT else ()
        plain = {*(table["delivered_as"] for table in tables), *manifest["catalogues"]}
        written = {folder / MANIFEST, *(folder / table["file"] for table in tables)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()
    return written | {folder / PLAIN / name for name in plain} if tables else set()


def _block(
    plan: Plan,
    table: TablePlan,
    drawn: Mapping[str, Drawn],
    done: Mapping[str, int],
    start: int,
    rng: np.random.Generator,
) -> pa.Table:
    """The cells of one block of one table, all columns of the delivery in their order."""
    part, numbers = drawn[table.name], plan.dummy.keys == "number"
    typed = is_typed(table.table.file)
    columns: dict[str, pa.Array] = {}
    for name, declared in table.table.columns.items():
        match declared:
            case UnitKey():
                columns[name] = words.key(part.owner + start, LABEL, numbers=numbers)
            case RowKey():
                own = np.arange(len(part.owner)) + done[table.name]
                columns[name] = words.key(own, _prefix(table.name), numbers=numbers)
            case ParentKey() | Link():
                other = declared.references if isinstance(declared, Link) else str(table.table.parent)
                row = part.refers[name]
                row = np.where(row < 0, -1, row + done[other])
                columns[name] = words.key(row, _prefix(other), numbers=numbers)
            case _ if name in part.cells:
                write = words.as_typed if typed else words.as_text
                columns[name] = write(table, name, part.cells[name], rng)
            case _:
                columns[name] = words.of_dropped(table, name, len(part.owner), rng)
    return pa.table(columns)


def _prefix(table: str) -> str:
    return f"{LABEL}-{table}"


def _manifest(plan: Plan, patients: int, seed: int, written: Mapping[str, tuple[int, str]]) -> dict[str, Any]:
    policy = plan.loaded.policy
    return {
        "statement": STATEMENT,
        "epsilon": 0,
        "level": plan.level.value,
        "seed": seed,
        "patients": patients,
        "policy": {"id": policy.id, "digest": plan.loaded.digest},
        "dpsynth": __version__,
        "catalogues": sorted(delivered_name(table.file) for table in policy.public_tables.values()),
        "tables": {
            name: {
                "file": labelled_name(plan[name].table.file),
                "delivered_as": delivered_name(plan[name].table.file),
                "rows": count,
                "sha256": digest,
                "codes": _codes(plan[name]),
                "sources": _sources(plan, name),
            }
            for name, (count, digest) in written.items()
        },
    }


def _codes(table: TablePlan) -> dict[str, str]:
    """What codes are: of the right form only, or from a list of the centre."""
    found = {}
    for name, declared in table.table.columns.items():
        catalogue = getattr(declared, "domain_file", None) or getattr(declared, "references", None)
        form = f"form only, need not exist ({table.codes[name].source})" if name in table.codes else None
        if name in table.domain.names and (catalogue or form):
            inside = f"from the list {catalogue}" if catalogue else "from the list in the policy"
            found[name] = inside if form is None else f"{inside}; what is outside of it: {form}"
        elif form is not None:
            found[name] = form
    return found


def _sources(plan: Plan, name: str) -> dict[str, str]:
    declared = plan.dummy.tables.get(name)
    if declared is None:
        return {}
    found = {column: likeness.source for column, likeness in declared.columns.items() if likeness.source}
    if declared.rows is not None and declared.rows.source:
        found["number of rows"] = declared.rows.source
    return found


def _plain_names(plan: Plan, folder: Path) -> None:
    """Links under the names of the delivery, and the catalogues, which hold nobody's data, as they are."""
    plain = folder / PLAIN
    plain.mkdir(exist_ok=True)
    for table in plan.loaded.policy.tables.values():
        os.symlink(os.path.join("..", labelled_name(table.file)), plain / delivered_name(table.file))
    for name, text in plan.loaded.public_tables.items():
        file = delivered_name(plan.loaded.policy.public_tables[name].file)
        _files.write_whole(plain / file, text.encode(), _files.PUBLIC)
