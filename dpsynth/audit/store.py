"""Audits that were done before, in the user's cache folder: the same code on the same small policy is audited once."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from dpsynth import _files
from dpsynth.audit.fingerprint import code_digest
from dpsynth.audit.result import AuditResult
from dpsynth.errors import ResourceError
from dpsynth.policy.load import LoadedPolicy

FORMAT = "1"


def folder() -> Path:
    """Where audits are kept: the user's cache folder, after the XDG specification."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or ".")
    return (base if base.is_absolute() else Path.home() / ".cache") / "dpsynth" / "audits"


def place(loaded: LoadedPolicy) -> Path:
    """The file of a policy's audit: named after the code and all that the audit takes from the policy.

    A new title or a longer purpose needs no new audit.
    """
    policy = loaded.policy
    if policy.is_relational:  # the audit's tables are its own, so that only the claim is the policy's
        claim = {
            "format": FORMAT,
            "code": code_digest(),
            "several_tables": [policy.privacy.epsilon, policy.privacy.delta],
        }
        return _file(claim)
    about = {
        "format": FORMAT,
        "code": code_digest(),
        "columns": list(policy.table.modelled),
        "table": policy.table.model_dump(mode="json", exclude={"file", "rules"}),
        "holdout": policy.source.holdout.model_dump(mode="json"),
        "privacy": policy.privacy.model_dump(mode="json", exclude={"lifetime", "split", "invariants"}),
        "synthesis": policy.synthesis.model_dump(mode="json"),
        "code_lists": {name: list(levels) for name, levels in loaded.code_lists.items()},
    }
    return _file(about)


def _file(about: dict[str, Any]) -> Path:
    return folder() / f"{hashlib.sha256(_files.canonical_json(about)).hexdigest()}.json"


def find(loaded: LoadedPolicy) -> AuditResult | None:
    """An earlier audit of this code on this policy; None where there is none that can be read."""
    try:
        return AuditResult.from_json(json.loads(place(loaded).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(loaded: LoadedPolicy, result: AuditResult) -> None:
    """Keeps an audit; a folder that cannot be written keeps none."""
    try:
        _files.write_json(place(loaded), result.to_json())
    except (ResourceError, OSError):
        return
