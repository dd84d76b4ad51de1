"""Tables for the benchmarks: codes, the public domain, whose row is whose, and what is to be predicted."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dpsynth.data.files import FileSource
from dpsynth.data.holdout import normalised
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Category
from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import structural_zeros
from dpsynth.policy.load import load
from dpsynth.policy.tables import Table
from dpsynth.policy.training import Synthesis
from dpsynth.synth.task import Task

MOST_EACH = 130
"""Whole numbers get a bin each up to this range; everything wider gets `BINS` equal bins."""
BINS = 32
MOST_ROWS = 40
"""Rows of one patient that are used, where patients have several."""
QUICK_ROWS = 6_000
"""Rows of a quick run."""

TARGETS = {
    "adult": "income>50K",
    "diabetes130": "died",
    "brfss2015_diabetes": "Diabetes_binary",
    "sdnist_ma2019": "DREM",
    "flchain": "death",
}


@dataclass(frozen=True)
class Coded:
    """A table in codes.

    Attributes:
        name: what to call it.
        units: the rows, by owner.
        task: what our mechanisms are told; the domain is in it.
        synthesis: settings of our mechanisms.
        target: the column that classifiers predict; None: none.
    """

    name: str
    units: Units
    task: Task
    synthesis: Synthesis
    target: str | None


def by_owner(codes: np.ndarray, keys: np.ndarray | None, most: int, rng: np.random.Generator) -> Units:
    """Rows grouped by owner, at most `most` of each, drawn at random; rows whose key is null belong to nobody and go.

    Without keys every row is its own unit.
    """
    codes = codes.astype(np.uint16)
    if keys is None:
        return Units(codes, np.arange(len(codes)), len(codes))
    known = ~pd.isna(keys)
    codes, owner = codes[known], pd.factorize(keys[known])[0]
    shuffled = rng.permutation(len(owner))
    order = shuffled[np.argsort(owner[shuffled], kind="stable")]
    owner = owner[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    kept = rank < most
    return Units(codes[order[kept]], owner[kept], int(owner.max(initial=-1)) + 1)


# ---------------------------------------------------------------------------------- a folder of integer codes


def from_codes(folder: Path, ordered: list[str]) -> tuple[Domain, np.ndarray]:
    """A `*.csv` of integer codes and a `*-domain.json` of sizes; codes are all there is, so levels are numbers."""
    sizes = json.loads(next(folder.glob("*-domain.json")).read_text())
    if unknown := set(ordered) - set(sizes):
        raise SystemExit(f"--ordered names {', '.join(sorted(unknown))}; columns are {', '.join(sizes)}.")
    codes = pd.read_csv(next(folder.glob("*.csv")))[list(sizes)].to_numpy(np.int64)
    if (codes < 0).any() or (codes >= list(sizes.values())).any():
        raise SystemExit(f"{folder}: a code lies outside its domain.")
    return Domain(tuple(plain(name, size, name in ordered) for name, size in sizes.items())), codes


def plain(name: str, size: int, ordered: bool) -> Category:
    """A column whose levels are numbers."""
    return Category(
        name=name, levels=tuple(map(str, range(size))), other=None, missing=None, edges=(),
        absent_texts=frozenset(), spellings={}, fallback=0, is_ordered=ordered,
    )  # fmt: skip


# ---------------------------------------------------------------------------- a folder of Parquet and a code book


def declared(column: dict[str, Any]) -> dict[str, Any] | None:
    """A column of a code book as a policy would declare it; None where the code book has no finite domain."""
    nullable = bool(column.get("nullable"))
    common = {"source": "doc", "nullable": nullable}
    match column["type"]:
        case "categorical" if "categories" in column:
            # Every cell needs a place: missing where the column has it, `other` where it has not.
            other = column.get("other", False if nullable else "other")
            ordered = bool(column.get("ordered"))
            levels = tuple(column["categories"])
            return {**common, "type": "category", "domain": levels, "ordered": ordered, "other": other}
        case "integer" | "numeric" as kind:
            low, high = column["min"], column["max"]
            points = tuple(float(p) for p in column.get("special", ()))
            each = kind == "integer" and high - low <= MOST_EACH
            common |= {"min": low, "max": high, "bins": {"each": True} if each else {"count": BINS, "points": points}}
            common |= {} if nullable else {"missing_as": low}
            return {**common, "type": "integer"} if kind == "integer" else {**common, "type": "real"}
    return None


def policy_table(columns: list[dict[str, Any]], absent: tuple[str, ...]) -> Table:
    """The table of a policy: the columns with a finite domain. The key is never read through it."""
    modelled = {c["name"]: d for c in columns if (d := declared(c)) is not None}
    return Table.model_validate(
        {"file": "t.parquet", "missing_values": absent, "columns": {"unit key": {"role": "unit_key"}, **modelled}}
    )


def from_code_book(folder: Path, variant: str | None) -> tuple[Domain, np.ndarray, np.ndarray | None, int]:
    """Domain, codes, keys of the owners (None: rows), and the most rows of one owner."""
    (book,) = json.loads((folder / "codebook.json").read_text())["tables"].values()
    rows, columns = pq.read_table(next(folder.glob("*.parquet"))), book["columns"]
    keys, most, absent = None, 1, ("",)
    if folder.name == "diabetes130":
        rows, columns, most = diabetes(rows, columns, variant or "first")
        keys, absent = rows.column("patient_nbr").to_numpy(), ("", "?")
    elif variant is not None:
        raise SystemExit(f"{folder.name} has no variants.")
    domain = Domain.from_table(policy_table(columns, absent), {})
    return domain, domain.encode({name: rows.column(name) for name in domain.names}), keys, most


DIED = (11, 19, 20, 21)
"""Discharge dispositions that mean that the patient died."""
RARE = (
    "examide", "citoglipton", "acetohexamide", "tolbutamide", "miglitol", "troglitazone", "tolazamide",
    "glipizide-metformin", "glimepiride-pioglitazone", "metformin-rosiglitazone", "metformin-pioglitazone",
    "chlorpropamide", "nateglinide", "acarbose", "glyburide-metformin", "repaglinide",
)  # fmt: skip
"""Drugs that hardly anybody in these data takes: a choice of columns, made once, as a study would make it."""
SPECIALTIES = ("InternalMedicine", "Cardiology", "Surgery-General", "Family/GeneralPractice", "Emergency/Trauma")
ICD9 = (
    *(f"{code:03d}" for code in range(1, 1000)),
    *(f"V{code:02d}" for code in range(1, 92)),
    *(f"E{code}" for code in range(800, 1000)),
)
"""ICD-9-CM at three characters, in the order of the list."""


def diabetes(rows: pa.Table, columns: list[dict[str, Any]], variant: str) -> tuple[pa.Table, list[dict[str, Any]], int]:
    """The variants `first`, `all` and `wide`: rows, code book, most rows of a patient."""
    if variant not in ("first", "all", "wide"):
        raise SystemExit(f"--variant is {variant!r}; diabetes130 has first, all and wide.")
    if variant == "first":
        frame = rows.select(["encounter_id", "patient_nbr"]).to_pandas().sort_values("encounter_id")
        rows = rows.take(pa.array(frame.drop_duplicates("patient_nbr").index))
    changed = []
    for column in columns:
        name = column["name"]
        if name in ("diag_1", "diag_2", "diag_3"):
            codes = rows.column(name).to_pylist()
            if variant == "wide":
                levels, texts = ICD9, [three_characters(code) for code in codes]
            else:
                chapters = column["hierarchy"]
                levels, texts = (*(c[0] for c in chapters), "V", "E"), [chapter(code, chapters) for code in codes]
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, name, pa.array(texts, pa.string()))
            # Chapters stand in the order of a list, but no diagnosis lies between two others; codes have neighbours.
            changed.append({"name": name, "type": "categorical", "categories": levels, "nullable": True,
                            "ordered": variant == "wide"})  # fmt: skip
        elif name == "medical_specialty":
            # Its 84 specialties are nowhere listed: the documented recode.
            changed.append({"name": name, "type": "categorical", "categories": SPECIALTIES, "other": "other",
                            "nullable": True})  # fmt: skip
        elif name == "discharge_disposition_id":
            died = np.isin(rows.column(name).to_numpy(), DIED).astype(int)
            rows = rows.append_column("died", pa.array(died))
            changed.append({"name": "died", "type": "categorical", "categories": (0, 1)})
        elif variant == "wide" or name not in RARE:
            changed.append(column)
    return rows, changed, 1 if variant == "first" else MOST_ROWS


def three_characters(code: str | None) -> str | None:
    """428.0 -> 428, 8 -> 008, V57.1 -> V57, E909 as it is."""
    if code in (None, "?"):
        return None
    head = code.split(".")[0]
    return head if head[0] in "VE" else head.zfill(3)


def chapter(code: str | None, chapters: list[tuple[str, int, int]]) -> str | None:
    """The chapter of a code; V and E are chapters of their own."""
    if code in (None, "?"):
        return None
    if code[0] in "VE":
        return code[0]
    return next((name for name, low, high in chapters if low <= int(code.split(".")[0]) <= high), None)


# --------------------------------------------------------------------------------------------- a policy and a file


def from_policy(policy: Path, file: Path, rng: np.random.Generator) -> Coded:
    """The table and the wishes of a policy, read with the product's own reader. Its mechanism is not used."""
    loaded = load(policy)
    table, contribution = loaded.policy.table, loaded.policy.privacy.contribution
    domain = Domain.from_table(table, loaded.code_lists)
    source = FileSource(file, table.delimiter)
    batches = list(source.batches((table.unit_key, *domain.names)))
    codes = np.concatenate([domain.encode({n: b.column(n) for n in domain.names}) for b in batches])
    spelling, absent = table.columns[table.unit_key].normalise, frozenset(t.strip() for t in table.missing_values)
    ids = [normalised(b.column(table.unit_key), spelling, absent) for b in batches]
    keys = np.concatenate([i.to_numpy(zero_copy_only=False) for i in ids])
    units = by_owner(codes, keys, contribution.max_rows_per_unit, rng)
    synthesis = loaded.policy.synthesis
    task = Task.from_policy(synthesis, contribution, domain, structural_zeros(loaded, domain))
    return Coded(loaded.policy.id, units, task, synthesis, next(iter(task.targets), None))


def coded(job: dict[str, Any]) -> Coded:
    """The table that a job asks for."""
    rng = np.random.default_rng(1)
    if job.get("policy"):
        table = from_policy(Path(job["policy"]), Path(job["table"]), rng)
    else:
        folder = Path(job["data"])
        if list(folder.glob("*-domain.json")):
            (domain, codes), keys, most = from_codes(folder, job.get("ordered") or []), None, 1
        else:
            domain, codes, keys, most = from_code_book(folder, job.get("variant"))
        units = by_owner(codes, keys, most, rng)
        task = Task(domain, most, None if most == 1 else "auto")
        name = ":".join(filter(None, (folder.name, job.get("variant"))))
        table = Coded(name, units, task, Synthesis(), TARGETS.get(folder.name))
    target = job.get("target") or table.target
    if target is not None and target not in table.task.names:
        raise SystemExit(f"--target is {target!r}; columns are {', '.join(table.task.names)}.")
    if target is not None and job.get("declare_target"):
        table = replace(table, task=replace(table.task, targets=(target,)))
    if job.get("quick"):
        few = round(QUICK_ROWS * table.units.size / max(1, table.units.rows))
        table = replace(table, units=table.units.take(rng.permutation(table.units.size)[:few]))
    return replace(table, target=target)
