"""Audits that were done before, in the user's cache folder: the same code on the same small policy is audited once."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from dpsynth import _files
from dpsynth.audit.fingerprint import code_digest
from dpsynth.audit.result import AuditResult
from dpsynth.audit.setting import setting_of
from dpsynth.errors import ResourceError
from dpsynth.policy.load import LoadedPolicy

FORMAT = "1"


def folder() -> Path:
    """Where audits are kept: the user's cache folder, after the XDG specification."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or ".")
    return (base if base.is_absolute() else Path.home() / ".cache") / "dpsynth" / "audits"


def place(loaded: LoadedPolicy) -> Path:
    """The file of a policy's audit: named after the code, the audit table, the mechanism and the promise."""
    privacy = loaded.policy.privacy
    about = repr((FORMAT, code_digest(), setting_of(loaded), privacy.epsilon, privacy.delta))
    return folder() / f"{hashlib.sha256(about.encode()).hexdigest()}.json"


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
