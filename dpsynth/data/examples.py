"""Public studies that come with installed packages, and one door for all tables."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from dpsynth.data.files import FileSource
from dpsynth.data.source import TableSource
from dpsynth.errors import SourceError

EXAMPLES = {"rand_hie": ("statsmodels", "datasets/randhie/src/randhie.csv")}
"""Name -> (package, file inside it)."""

PREFIX = "example:"
"""How a policy names an example instead of a file."""


def example_path(name: str) -> Path:
    """Where the file of an example lies. The package is found, not imported.

    Raises:
        SourceError: there is no such example, or its package is not installed.
    """
    if name not in EXAMPLES:
        raise SourceError(f"{PREFIX}{name}: there is no such example. Known: {', '.join(sorted(EXAMPLES))}.")
    package, inside = EXAMPLES[name]
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise SourceError(f"{PREFIX}{name}: it lies inside the package {package}. Install {package}.")
    return Path(found.origin).parent / inside


def open_table(location: str | Path, delimiter: str = ",") -> TableSource:
    """The table at a path or `example:NAME`. Nothing is opened yet.

    Raises:
        SourceError: the example, the ending of the file or the delimiter is not supported.
    """
    text = str(location)
    return FileSource(example_path(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else Path(location), delimiter)
