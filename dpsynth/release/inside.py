"""What stays inside is bound to the manifest: nobody can swap the internal facts, or their verdict, afterwards.

The manifest shows a salted digest of the list of internal files, each with its SHA-256; list and salt stay inside.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from dpsynth import _files
from dpsynth.errors import BrokenBundleError
from dpsynth.release.manifest import Commitment, commit_to

COMMITMENT = "commitment.json"
FACTS = "facts.json"


def commit(internal: Path, source_commitment: str) -> tuple[Commitment, Commitment]:
    """Commits to the internal facts and reports, and to the source; keeps both salts in the folder.

    Args:
        internal: the folder of what stays inside.
        source_commitment: keyed digest of the rows.

    Raises:
        ResourceError: the disk refuses.
    """
    files = {p.name: _files.sha256(p) for p in sorted([internal / FACTS, *internal.glob("report.*.*")])}
    report, rows = commit_to(_files.canonical_json(files)), commit_to(source_commitment.encode())
    kept = {"report": {**vars(report), "files": files}, "source": vars(rows)}
    _files.write_json(internal / COMMITMENT, kept)
    return report, rows


def opened(internal: Path, commitment: object) -> dict[str, Any]:
    """The internal facts, if they and the reports are what the manifest commits to.

    Args:
        internal: the folder of what stays inside.
        commitment: as the manifest shows it.

    Raises:
        BrokenBundleError: something is missing or was changed.
    """
    name = COMMITMENT
    try:
        kept = json.loads((internal / COMMITMENT).read_bytes())["report"]
        files, salt = kept["files"], bytes.fromhex(kept["salt"])
        if hashlib.sha256(salt + _files.canonical_json(files)).hexdigest() != commitment or FACTS not in files:
            raise ValueError("not what was sealed")
        for name, digest in files.items():
            if Path(name).name != name or _files.sha256(internal / name) != digest:
                raise ValueError("changed")
        for report in internal.glob("report.*.html"):
            if (name := report.name) not in files:
                raise ValueError("added")
        name = FACTS
        facts = json.loads((internal / FACTS).read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BrokenBundleError(
            f"{internal / Path(name).name} is not what the manifest was sealed with. Restore the run folder from a "
            "backup, or run the policy again."
        ) from None
    return facts if isinstance(facts, dict) else {}
