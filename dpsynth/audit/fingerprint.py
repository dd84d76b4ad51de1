"""Which code an audit is about: an audit of other code says nothing."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOMS = ("policy", "domain", "data", "privacy", "synth", "audit")
"""Rooms between a raw table and its noisy answers, and the audit itself."""

PACKAGES = ("numpy", "opendp", "pyarrow", "scipy")


@cache
def code_digest() -> str:
    """SHA-256 over the source files of these rooms and the versions of what they compute with, as hex."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    files = [*root.glob("*.py"), *(path for room in ROOMS for path in (root / room).rglob("*.py"))]
    for path in sorted(files, key=lambda p: p.relative_to(root).as_posix()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\0".encode())
    return digest.hexdigest()
