"""A small fixed panel as a policy."""

from __future__ import annotations

from pathlib import Path

PANEL = """\
dpsynth_policy: 1
id: panel
title: {en: A small panel}
legal: {controller: A centre, purpose: {en: Tests}}
release: {audience: public}
source: {population: panel-people, snapshot: first, max_patients: 1000, max_rows: 3000, holdout: {share: 0.2}}
tables:
  visits:
    file: visits.csv
    layout: waves
    waves: {column: visit, constant: [sex, site]}
    columns:
      person: {role: unit_key}
      sex: {type: category, domain: [f, m], source: doc, role: quasi_identifier}
      visit: {type: category, domain: [v0, v1, v2], source: doc}
      site: {type: category, domain: [a, b, c], nullable: true, other: false, source: doc}
      score: {type: integer, min: 0, max: 9, bins: {each: true}, nullable: true, source: doc, role: sensitive}
      drug: {type: boolean, nullable: true, source: doc}
privacy:
  contribution: {max_rows_per_unit: 1}
  epsilon: 2.0
  delta: 1.0e-5
  lifetime: {epsilon: 9.0, delta: 1.0e-5}
  split: {synthesis: 0.9, utility: 0.1}
synthesis:
  mechanism: clique_tree
audit: {runs: 1}
attacks: {run: [ATTACKS]}
"""

RULES = """\
    rules:
      - impossible: {sex: [m], drug: [true]}
      - impossible: {visit: [v0], score: {min: 5}}
"""
"""One rule between what stays and what varies, one about a wave."""


def write(folder: Path, text: str = PANEL) -> Path:
    """The policy as a file."""
    path = folder / "policy.yaml"
    path.write_text(text.replace("ATTACKS", ""))
    return path
