"""How good synthetic codes are: distances of marginals, and classifiers trained on them and tested on real rows."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from itertools import combinations

import numpy as np

MOST_TRIPLES = 2_000
"""Beyond so many marginals of three columns a fixed sample of them is taken."""
MOST_CELLS = 3_000_000
"""Larger marginals are counted over the cells that occur."""
WIDE = 20
"""An ordered column with more levels is one number for the linear classifier."""


def cliques(columns: int, ways: int, most: int = MOST_TRIPLES) -> list[tuple[int, ...]]:
    """All marginals of so many columns, or a fixed sample, the same for every run."""
    every = list(combinations(range(columns), ways))
    if ways < 3 or len(every) <= most:
        return every
    return [every[i] for i in np.sort(np.random.default_rng(0).permutation(len(every))[:most])]


def total_variation(real: np.ndarray, synthetic: np.ndarray, sizes: Sequence[int], clique: Sequence[int]) -> float:
    """Half of the L1 distance between two marginals, in shares of rows."""
    cells = math.prod(sizes[i] for i in clique)
    places = [np.zeros(len(rows), np.int64) for rows in (real, synthetic)]
    for i in clique:
        places = [place * sizes[i] + rows[:, i] for place, rows in zip(places, (real, synthetic), strict=True)]
    if cells > MOST_CELLS:
        found, numbers = np.unique(np.concatenate(places), return_inverse=True)
        cells, places = len(found), [numbers[: len(real)], numbers[len(real) :]]
    a, b = (np.bincount(place, minlength=cells) / max(1, len(place)) for place in places)
    return 0.5 * float(np.abs(a - b).sum())


def mean_total_variation(
    real: np.ndarray, synthetic: np.ndarray, sizes: Sequence[int], ways: int, most: int = MOST_TRIPLES
) -> float | None:
    """The mean over marginals of so many columns; None when there are too few columns."""
    chosen = cliques(len(sizes), ways, most)
    # Column by column in memory: every marginal reads whole columns.
    real, synthetic = (np.asfortranarray(rows, dtype=np.int64) for rows in (real, synthetic))
    distances = [total_variation(real, synthetic, sizes, clique) for clique in chosen]
    return float(np.mean(distances)) if distances else None


def accuracies(
    synthetic: np.ndarray, test: np.ndarray, sizes: Sequence[int], ordered: Sequence[bool], target: int
) -> dict[str, float | None]:
    """Accuracy and area under the ROC curve (two classes) of two classifiers: trained on one, tested on the other."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    rest = [i for i in range(len(sizes)) if i != target]
    classes, members = np.unique(synthetic[:, target], return_counts=True)
    # scikit-learn splits off rows of every class to know when to stop: a class of one row has none to spare.
    classes = classes[members > 1]
    synthetic = synthetic[np.isin(synthetic[:, target], classes)]
    if len(classes) < 2:
        # Nothing to learn: the one class is predicted for everybody.
        share = float((test[:, target] == (classes[0] if len(classes) else -1)).mean())
        return {"gb_acc": share, "gb_auc": 0.5, "lr_acc": share, "lr_auc": 0.5}
    boosted = HistGradientBoostingClassifier(random_state=0).fit(synthetic[:, rest], synthetic[:, target])
    found = judged("gb", boosted, test[:, rest], test[:, target])
    train_x, test_x = features(synthetic, test, sizes, ordered, rest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 300 steps are the protocol, converged or not
        linear = LogisticRegression(max_iter=300).fit(train_x, synthetic[:, target])
    return found | judged("lr", linear, test_x, test[:, target])


def judged(name: str, model, x: np.ndarray, y: np.ndarray) -> dict[str, float | None]:
    from sklearn.metrics import roc_auc_score

    auc, seen, known = None, np.unique(y), list(model.classes_)
    if len(seen) == 2:
        # Synthetic rows may hold a class that the real test rows lack, and the other way round.
        scores = [model.predict_proba(x)[:, known.index(c)] if c in known else np.zeros(len(x)) for c in seen]
        auc = float(roc_auc_score(y, scores[1] - scores[0]))
    return {f"{name}_acc": float(model.score(x, y)), f"{name}_auc": auc}


def features(
    train: np.ndarray, test: np.ndarray, sizes: Sequence[int], ordered: Sequence[bool], columns: Sequence[int]
) -> tuple[object, object]:
    """One-hot codes; wide ordered columns as one standardised number. Levels come from the domain, not from rows."""
    from scipy import sparse

    parts: tuple[list, list] = ([], [])
    for i in columns:
        if ordered[i] and sizes[i] > WIDE:
            middle, spread = train[:, i].mean(), max(float(train[:, i].std()), 1e-9)
            for part, rows in zip(parts, (train, test), strict=True):
                part.append(sparse.csr_matrix(((rows[:, i] - middle) / spread)[:, None]))
        else:
            for part, rows in zip(parts, (train, test), strict=True):
                ones = (np.ones(len(rows)), (np.arange(len(rows)), rows[:, i]))
                part.append(sparse.csr_matrix(ones, shape=(len(rows), sizes[i])))
    return sparse.hstack(parts[0]).tocsr(), sparse.hstack(parts[1]).tocsr()
