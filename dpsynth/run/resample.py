"""What is free after training: more rows, and reports rendered again. No data are opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np

from dpsynth import _files
from dpsynth.domain.domain import Domain
from dpsynth.errors import SourceError, UsageError
from dpsynth.policy.schema import Policy
from dpsynth.release import tables
from dpsynth.run.folder import RunFolder
from dpsynth.synth import model_file


def resample(run: Path, n: int, out: Path, seed: int | None) -> None:
    """Samples rows from the model of a finished run and writes them.

    Args:
        run: folder of the run.
        n: number of rows.
        out: file to write; .csv or .parquet.
        seed: of the sampling, which is public randomness; None draws one.

    Raises:
        UsageError: the file ending is neither.
        SourceError: the run folder is not complete.
    """
    if out.suffix not in (".csv", ".parquet"):
        raise UsageError(f"--out is {out.name}; allowed are names that end in .csv or .parquet.")
    folder = RunFolder(run)
    policy, domain = _policy(folder)
    model = model_file.load_model(folder.model / f"{policy.synthesis.mechanism}.npz")
    rng = np.random.default_rng(seed)
    codes = model.sample(n, rng, rounding=policy.synthesis.rows.rounding)
    table = tables.synthetic_table(policy, domain, codes, rng)
    content = tables.csv_bytes(table) if out.suffix == ".csv" else tables.parquet_bytes(table)
    _files.write_whole(out, content, _files.PUBLIC)


def render_again(run: Path) -> tuple[Path, ...]:
    """Renders both editions from their facts; the public one must come out unchanged.

    Raises:
        SourceError: the run folder is not complete.
    """
    from dpsynth.report.render import render

    folder = RunFolder(run)
    written = []
    editions: tuple[tuple[Literal["internal", "public"], Path], ...]
    editions = (("internal", folder.internal), ("public", folder.public))
    for edition, place in editions:
        html = render(_json(place / "facts.json"), edition).encode()
        target = place / "report.en.html"
        if edition == "public" and target.exists() and target.read_bytes() != html:
            raise SourceError(
                f"{target} would change, but it is part of a sealed bundle. It was made by another version of dpsynth."
            )
        _files.write_whole(target, html, _files.PUBLIC if edition == "public" else _files.PRIVATE)
        written.append(target)
    return tuple(written)


def _policy(folder: RunFolder) -> tuple[Policy, Domain]:
    saved = _json(folder.model / "policy.json")
    try:
        policy = Policy.model_validate_json(str(saved["policy"]))
        lists = {name: tuple(levels) for name, levels in saved["code_lists"].items()}
        return policy, Domain.from_table(policy.table, lists)
    except (KeyError, ValueError, AttributeError, TypeError):
        raise SourceError(f"{folder.model / 'policy.json'} is damaged. Restore the run folder from a backup.") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SourceError(f"{path} is missing or damaged. Give the folder of a finished run.") from None
    if not isinstance(value, dict):
        raise SourceError(f"{path} is damaged. Restore the run folder from a backup.")
    return value
