"""Scores of people by the statistics that a marginal synthesizer keeps: its focal points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dpsynth.attacks import people
from dpsynth.attacks.people import Indices
from dpsynth.data.units import Units
from dpsynth.domain.attribute import Codes
from dpsynth.domain.domain import Domain

Floats = np.ndarray[Any, np.dtype[np.float64]]
Columns = tuple[int, ...]

TREE_ROWS = 50_000
"""Rows of the release from which the tree is estimated."""

INDEPENDENT = 5.0
"""Standard deviations of the likelihood-ratio statistic up to which two columns count as independent."""

DENSE_CELLS = 1 << 18
"""Larger tables are counted by sorting instead of by cell number."""


def cells(domain: Domain, columns: Columns, *tables: Codes) -> tuple[list[Indices], int]:
    """Number of each row's cell in a marginal, shapes (rows,), and the number of cells."""
    sizes = [domain.attributes[c].size for c in columns]
    numbers = []
    for codes in tables:
        cell = np.zeros(len(codes), np.int64)
        for column, size in zip(columns, sizes, strict=True):
            cell = cell * size + codes[:, column]
        numbers.append(cell)
    number = int(np.prod(sizes, dtype=np.float64)) if sizes else 1
    if number <= DENSE_CELLS:
        return numbers, number
    seen, compact = np.unique(np.concatenate(numbers), return_inverse=True)
    return np.split(compact, np.cumsum([len(n) for n in numbers])[:-1]), len(seen)


def tree(domain: Domain, synthetic: Codes, rng: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """A spanning forest of maximum mutual information, estimated from the release itself.

    A synthesizer that measured a tree of pairs leaves that tree in its output: along all other pairs the information
    only shrinks. Pairs that are independent in the release, up to the sampling of its rows (likelihood-ratio statistic
    within `INDEPENDENT` standard deviations of its chi-squared law), are left out: the release cannot carry anything
    about them. Source: Andrey, Le Bars and Tommasi (2025), TAMIS; Chow and Liu (1968), IEEE Trans. Inf. Theory 14.

    Returns:
        Pairs of column numbers, at most one less than there are columns.
    """
    if len(synthetic) > TREE_ROWS:
        synthetic = synthetic[rng.permutation(len(synthetic))[:TREE_ROWS]]
    number = len(domain.attributes)
    single = [_entropy(domain, (i,), synthetic) for i in range(number)]
    information, linked = np.full((number, number), -1.0), np.zeros((number, number), bool)
    for i in range(number):
        for j in range(i):
            shared = single[i][0] + single[j][0] - _entropy(domain, (j, i), synthetic)[0]
            freedom = (single[i][1] - 1) * (single[j][1] - 1)
            information[i, j] = information[j, i] = shared
            chance = freedom + INDEPENDENT * np.sqrt(2 * freedom)
            linked[i, j] = linked[j, i] = 2 * len(synthetic) * shared > max(chance, 1e-9)
    edges: list[tuple[int, int]] = []
    if number == 0:
        return ()
    best, near = information[0].copy(), [0] * number
    inside = np.arange(number) == 0
    while not inside.all():  # Prim
        new = int(np.argmax(np.where(inside, -np.inf, best)))
        inside[new] = True
        if linked[near[new], new]:
            edges.append((near[new], new))
        near = [new if information[new, i] > best[i] else near[i] for i in range(number)]
        best = np.maximum(best, information[new])
    return tuple(edges)


def _entropy(domain: Domain, columns: Columns, codes: Codes) -> tuple[float, int]:
    """Entropy of a marginal in nats, and its number of occupied cells."""
    (cell,), number = cells(domain, columns, codes)
    counts = np.bincount(cell, minlength=number)
    share = counts[counts > 0] / max(1, len(codes))
    return float(-(share * np.log(share)).sum()), len(share)


PARTS = 10
"""The insider knows all parts of the people but one."""


def scores(
    domain: Domain,
    members: Units,
    held_out: Units,
    synthetic: Codes,
    fold: Indices,
    knows_members: bool,
    rng: np.random.Generator,
    trained_rows: int | None = None,
) -> tuple[Floats, Floats]:
    """Log-likelihood ratios of people, up to scale: members (n,) and held-out people (m,).

    For the target's part f of the people, the release's counts (scaled to the number of trained rows) minus the counts
    of the members whom the attacker knows are what the unknown members must have contributed: U cells of N rows. The
    reference p is the share of a cell among all people of the other parts. To first order the log-likelihood ratio of
    one more person with z rows in a cell is z (U/N - p) / Var(U/N - p); that variance is sampling of the unknown
    members, of the reference (both inflated by the clustering of rows in people) and of the synthetic rows, plus noise
    that the mechanism added and structure that it does not keep, estimated from all cells of the marginal together.

    Evidence of all columns and of the tree's pairs adds up as far as its variance is noise, which is independent
    between tables. As far as it is sampling, a pair repeats its two columns, which are taken off: without noise this is
    the tree's factorisation of the likelihood.

    A person's own rows are in none of the tables used for that person, and members and held-out people of a part are
    treated alike, so without leakage both have the same distribution of scores.

    Source: Golob et al. (2024), arXiv:2410.05506 (focal points), Andrey et al. (2025), TAMIS (no shadow models); the
    known members follow from the adversary of differential privacy, Dwork et al. (2006), TCC, who knows everybody else.

    Args:
        domain: public domain.
        members: who was trained on.
        held_out: who was not.
        synthetic: the release.
        fold: part of each person, members first, shape (people,). The attacker of a part knows all others.
        knows_members: whether the attacker knows who of the others was trained on, or knows held-out people only.
        rng: public randomness.
        trained_rows: number of rows that were trained on, where `members` are not all of those people.
    """
    everyone = people.join(members, held_out)
    if len(synthetic) == 0 or members.rows == 0 or held_out.rows == 0:
        return np.zeros(members.size), np.zeros(held_out.size)
    is_member, parts = everyone.owner < members.size, int(fold.max()) + 1
    table = _Tables(domain, everyone, synthetic, fold[everyone.owner], is_member, parts, knows_members, trained_rows)
    columns = len(domain.attributes)
    weight, per_row = np.ones((columns, parts)), np.zeros(everyone.rows)
    for edge in tree(domain, synthetic, rng):
        evidence, sampling = table.evidence(edge)
        per_row += evidence
        weight[list(edge)] -= sampling
    for column in range(columns):
        per_row += weight[column, table.row_fold] * table.evidence((column,))[0]
    score = everyone.sum(per_row)
    return score[: members.size], score[members.size :]


@dataclass(frozen=True)
class _Tables:
    domain: Domain
    everyone: Units
    synthetic: Codes
    row_fold: Indices
    is_member: np.ndarray[Any, np.dtype[np.bool_]]
    parts: int
    knows_members: bool
    trained_rows: int | None = None

    def evidence(self, columns: Columns) -> tuple[Floats, Floats]:
        """Evidence from one marginal, shape (rows,), and the share of its variance that is sampling, shape (parts,).

        All that a part's attacker estimates comes from tables without that part; otherwise its targets would weigh
        the tables by which they are judged.
        """
        (cell, drawn), number = cells(self.domain, columns, self.everyone.codes, self.synthetic)
        trained = self._by_fold(cell, number, self.is_member)
        outside = self._by_fold(cell, number, ~self.is_member)
        rows = float(self.is_member.sum() if self.trained_rows is None else self.trained_rows)
        released = np.bincount(drawn, minlength=number) * (rows / len(drawn))
        known = trained.sum(0) - trained if self.knows_members else np.zeros_like(trained)
        unknown, reference = released - known, known + outside.sum(0) - outside
        n = np.maximum(1.0, rows - known.sum(1, keepdims=True))
        m = np.maximum(1.0, reference.sum(1, keepdims=True))
        gap = unknown / n - reference / m
        share = (np.maximum(unknown, 0) + reference + 1) / (n + m)
        clustering = mean_cluster(self.everyone.owner, cell, number)
        variance = share * (clustering / n + clustering / m + (rows / n) ** 2 / len(drawn))
        noise = np.maximum(0.0, (gap**2 - variance).mean(1, keepdims=True))
        ratio = gap / (variance + noise) / n
        sampling = variance.mean(1, keepdims=True)
        return np.asarray(ratio[self.row_fold, cell]), (sampling / (sampling + noise))[:, 0]

    def _by_fold(self, cell: Indices, number: int, chosen: np.ndarray[Any, Any]) -> Floats:
        flat = self.row_fold[chosen] * number + cell[chosen]
        return np.bincount(flat, minlength=self.parts * number).reshape(self.parts, number).astype(np.float64)


def mean_cluster(owner: np.ndarray[Any, np.dtype[np.integer[Any]]], cell: Indices, number: int) -> float:
    """How many rows of the same cell a person with a row there has, averaged over rows: at least 1."""
    if len(owner) == 0:
        return 1.0
    _, rows = np.unique(owner.astype(np.int64) * number + cell, return_counts=True)
    return float((rows**2).sum() / rows.sum())
