"""Differentially private synthetic data about patients, from a policy to a bundle that can be signed.

The notebook and command-line fronts walk the same path; see docs/architecture.md.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dpsynth.notebook import Combined, Model, Release, combine, open_run, synthesize

__version__ = "0.1.0"

__all__ = ["Combined", "Model", "Release", "__version__", "combine", "open_run", "synthesize"]


def __getattr__(name: str) -> Any:
    """Loads the notebook front when it is first asked for: the command line starts without it."""
    if name in __all__:
        from dpsynth import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
