"""What somebody predicts without the release, from held-out people alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from dpsynth.attacks import gower
from dpsynth.attacks.knowledge import Question
from dpsynth.domain.attribute import Attribute, Codes
from dpsynth.domain.domain import Domain

Flags = np.ndarray[Any, np.dtype[np.bool_]]
Levels = np.ndarray[Any, np.dtype[np.int64]]

FOLDS = 5
"""Parts of the held-out people: nobody helps to predict his own secret."""

TOLERANT = 8
"""Ordered columns with at least this many levels are predicted rightly if a neighbouring level is predicted; with fewer
levels, neighbours would be nearly everything."""


def close(attribute: Attribute, guess: Levels, truth: Levels) -> Flags:
    """Whether a predicted level is right: the same one, or its neighbour in a long order; `missing` has none."""
    same = guess == truth
    special = list(attribute.unranked)
    if not attribute.ordered or attribute.size - len(special) < TOLERANT:
        return np.asarray(same)
    beside = (np.abs(guess - truth) == 1) & ~np.isin(guess, special) & ~np.isin(truth, special)
    return np.asarray(same | beside)


def commonest(domain: Domain, question: Question, train: Codes, targets: Codes) -> Levels:
    """The commonest level of the secret, for everybody."""
    counts = np.bincount(train[:, question.secret], minlength=domain.attributes[question.secret].size)
    return np.full(len(targets), counts.argmax(), np.int64)


def naive_bayes(domain: Domain, question: Question, train: Codes, targets: Codes) -> Levels:
    """The likeliest level if known columns were independent given the secret; counts start at one."""
    levels = domain.attributes[question.secret].size
    secret = np.eye(levels)[train[:, question.secret]]
    score = np.tile(np.log(secret.sum(axis=0) + 1), (len(targets), 1))
    for column in question.known:
        size = domain.attributes[column].size
        joint = np.bincount(train[:, column] * np.int64(levels) + train[:, question.secret], minlength=size * levels)
        table = joint.reshape(size, levels) + 1.0
        score += np.log(table / table.sum(axis=0))[targets[:, column]]
    return np.asarray(score.argmax(axis=1))


def nearest(domain: Domain, question: Question, train: Codes, targets: Codes) -> Levels:
    """The commonest level among the nearest people."""
    return vote(domain, question, train, targets)[0]


def vote(domain: Domain, question: Question, rows: Codes, targets: Codes) -> tuple[Levels, Any]:
    """The commonest level of the secret among all rows nearest to each target, and its share of them.

    Shapes (targets,). Without rows: level 0 with share 0.
    """
    won, share = np.zeros(len(targets), np.int64), np.zeros(len(targets))
    secret = np.eye(domain.attributes[question.secret].size, dtype=np.float32)[rows[:, question.secret]]
    for where, distance in gower.blocks(domain, targets, rows, question.known):
        nearest_rows = distance == distance.min(axis=1, keepdims=True)
        votes = nearest_rows.astype(np.float32) @ secret
        won[where] = votes.argmax(axis=1)
        share[where] = votes.max(axis=1) / votes.sum(axis=1)
    return won, share


MODELS = (commonest, naive_bayes, nearest)
"""From the weakest to the strongest; the first of several equally good ones is taken."""


def held_out_model(
    domain: Domain, question: Question, held_out: Codes, fold: Levels, targets: Codes
) -> tuple[Levels, Levels]:
    """Predictions of the best model that held-out people teach.

    Args:
        domain: public domain.
        question: the secret and what is known.
        held_out: one row a person, shape (people, columns).
        fold: part of each, shape (people,).
        targets: rows of others, shape (targets, columns).

    Returns:
        For held-out people, each predicted from the other folds, and for the targets, predicted from all of them; by
        the model that predicts most held-out people rightly.
    """
    attribute, truth = domain.attributes[question.secret], held_out[:, question.secret].astype(np.int64)
    best, most = (np.zeros(len(held_out), np.int64), np.zeros(len(targets), np.int64)), -1
    if len(held_out) == 0:
        return best
    for model in MODELS:
        crossed = np.zeros(len(held_out), np.int64)
        for part in np.unique(fold):
            crossed[fold == part] = model(domain, question, held_out[fold != part], held_out[fold == part])
        right = int(close(attribute, crossed, truth).sum())
        if right > most:
            best, most = (crossed, model(domain, question, held_out, targets)), right
    return best
