"""Values that the documentation of the R package synthpop prints, computed by us.

The vignette "Practical privacy metrics for synthetic data" (arXiv:2406.16826) uses 5,000 people of Social Diagnosis
2011 and the keys sex, age, region, placesize. Two of its values do not depend on a synthetic data set: 48.38 % of the
people are unique in the original (UiO), and of 53.3 % the original discloses the answer about depression (Dorig).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dpsynth.attacks import disclosure

KEYS = ("sex", "age", "region", "placesize")
TARGET = "depress"
PUBLISHED = {"UiO": 48.38, "Dorig(depress)": 53.3}
"""Per cent, as printed."""


def sd2011_values(folder: Path) -> dict[str, float]:
    """The same measures from the table in the folder, in per cent. Missing values are a level of their own."""
    table = pd.read_parquet(folder / "sd2011.parquet", columns=[*KEYS, TARGET])
    codes = np.stack([pd.factorize(table[name], use_na_sentinel=False)[0] for name in table], axis=1).astype(np.uint16)
    keys, target = codes[:, : len(KEYS)], codes[:, len(KEYS)]
    who = disclosure.identity(keys, keys)
    what = disclosure.attribution(keys, target, keys, target)
    return {"UiO": 100 * who.uio, "Dorig(depress)": 100 * what.dorig}
