"""Differentially private synthetic data about patients, from a policy to a bundle that can be signed.

The notebook and command-line fronts walk the same path; see docs/architecture.md.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
