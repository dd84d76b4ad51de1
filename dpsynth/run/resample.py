"""What is free after training: more rows, and reports rendered again. No data are opened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from dpsynth import _files
from dpsynth.domain.domain import Domain
from dpsynth.errors import SourceError, UsageError
from dpsynth.policy.schema import Policy
from dpsynth.release import tables
from dpsynth.run.evidence import evidence
from dpsynth.run.folder import RunFolder
from dpsynth.synth import model_file


def resample(
    run: Path,
    n: int,
    out: Path,
    seed: int | None,
    given: Sequence[str] = (),
    *,
    force: bool = False,
    block: int = tables.ROWS,
) -> bool:
    """Samples rows from the model of a finished run and writes them, in memory that does not grow with their number.

    Args:
        run: folder of the run.
        n: number of rows.
        out: file to write; .csv or .parquet.
        seed: of the sampling, which is public randomness; None draws one.
        given: conditions `column=level` that every row shall meet; the other columns follow exactly.
        force: replace a file that is there.
        block: rows that are made and written at a time.

    Returns:
        Whether the run was a rehearsal, so that the rows come from invented people.

    Raises:
        UsageError: the file ending is neither, the file is there already, or it would change a run; or a condition
            names an unknown column or level, or no row can meet all of them.
        SourceError: the run folder is not complete.
    """
    if out.suffix not in (".csv", ".parquet"):
        raise UsageError(f"--out is {out.name}; allowed are names that end in .csv or .parquet.")
    if out.resolve().is_relative_to(run.resolve()):
        raise UsageError(f"--out is {out}, inside the run, whose bundle is sealed. Choose a place outside.")
    if out.exists() and not force:
        raise UsageError(f"--out is {out}, which is there already. Choose another name, or give --force to replace it.")
    folder = RunFolder(run)
    if _json(folder.state).get("state") != "complete":
        raise SourceError(f"The run {run} did not finish. Give the folder of a finished run.")
    policy, domain, mechanism, rehearsal = _policy(folder)
    model = model_file.load_model(folder.model / f"{mechanism}.npz")
    rng = np.random.default_rng(seed)
    codes = evidence(domain, given)
    try:
        blocks = model.blocks(n, rng, rounding=policy.synthesis.rows.rounding, given=codes, block=block)
    except ValueError:
        if not codes:
            raise
        raise UsageError(f"--given {' --given '.join(given)}: no row can have these levels together.") from None
    tables.write({out.suffix[1:]: out}, tables.synthetic_tables(policy, domain, blocks, rng))
    return rehearsal


def render_again(run: Path) -> tuple[Path, ...]:
    """Renders both editions in all their languages from their facts; they must come out unchanged.

    Raises:
        SourceError: the run folder is not complete.
    """
    from dpsynth.report.render import render

    folder = RunFolder(run)
    written = []
    editions: tuple[tuple[Literal["internal", "public"], Path], ...]
    editions = (("internal", folder.internal), ("public", folder.public))
    for edition, place in editions:
        facts = _json(place / "facts.json")
        try:
            languages = facts["purpose"]["languages"]["value"]
            pages = {place / f"report.{x}.html": render(facts, edition, x).encode() for x in languages}
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise SourceError(
                f"{place / 'facts.json'} does not hold the facts of a report of this version. Restore it from a backup."
            ) from None
        for target, html in pages.items():
            if target.exists() and target.read_bytes() != html:
                raise SourceError(
                    f"{target} would change, but it was sealed: it was edited, or made by another version of dpsynth. "
                    "Check the bundle with `dpsynth verify`, or restore the run folder from a backup."
                )
            _files.write_whole(target, html, _files.PUBLIC if edition == "public" else _files.PRIVATE)
            written.append(target)
    return tuple(written)


def _policy(folder: RunFolder) -> tuple[Policy, Domain, str, bool]:
    """The policy of a run, its domain, the mechanism that made the release, and whether it was a rehearsal."""
    saved = _json(folder.model / "policy.json")
    try:
        policy = Policy.model_validate_json(str(saved["policy"]))
        lists = {name: tuple(levels) for name, levels in saved["code_lists"].items()}
        mechanism = str(saved.get("mechanism", policy.synthesis.mechanism))
        return policy, Domain.from_table(policy.table, lists), mechanism, bool(saved["rehearsal"])
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
