import numpy as np
import pytest

from dpsynth.attacks import focal_points, people, power, statistics
from dpsynth.attacks.base import Evidence
from dpsynth.attacks.focal import Focal, Outsider, among_members
from dpsynth.data.units import Units
from dpsynth.testing.attacks import plain_domain

from .data import DOMAIN, chain_of_pairs, chain_people, shuffled_columns


def insider(members, held, synthetic, rng):
    half = held.size // 2
    reference, control = held.take(np.arange(half)), held.take(np.arange(half, held.size))
    scores = Focal().scores(Evidence(DOMAIN, members, reference, control, synthetic), rng)
    return scores.members, scores.held_out


def test_tree_of_a_chain_is_the_chain():
    rng = np.random.default_rng(0)
    edges = focal_points.tree(DOMAIN, chain_people(3000, rng).codes, rng)
    assert {frozenset(e) for e in edges} == {frozenset((i, i + 1)) for i in range(13)}


def test_independent_columns_have_no_edges():
    rng = np.random.default_rng(0)
    assert focal_points.tree(DOMAIN, shuffled_columns(chain_people(2000, rng), rng), rng) == ()
    assert focal_points.tree(plain_domain(4), np.zeros((5, 1), np.uint16), rng) == ()


@pytest.mark.parametrize("dense", [1, 1 << 18])
def test_cells_number_the_marginal(monkeypatch, dense):
    monkeypatch.setattr(focal_points, "DENSE_CELLS", dense)
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 5, (50, 3)).astype(np.uint16), rng.integers(0, 5, (20, 3)).astype(np.uint16)
    (left, right), number = focal_points.cells(plain_domain(5, 5, 5), (0, 2), a, b)
    assert max(left.max(), right.max()) < number
    same = (a[:, None, [0, 2]] == b[None, :, [0, 2]]).all(-1)
    assert ((left[:, None] == right[None]) == same).all()


def test_mean_cluster_by_hand():
    """Person 0 has two rows in cell 0, person 1 one: (4 + 1) / 3."""
    assert focal_points.mean_cluster(np.array([0, 0, 1]), np.array([0, 0, 0]), 2) == pytest.approx(5 / 3)
    assert focal_points.mean_cluster(np.array([0, 0, 1]), np.array([0, 1, 0]), 2) == 1


def test_evidence_of_one_column_equals_the_slow_formula():
    """The likelihood ratio, cell by cell and person by person, with sets of people instead of cross-tabulation."""
    rng, domain = np.random.default_rng(2), plain_domain(3)
    codes = rng.integers(0, 3, (40, 1)).astype(np.uint16)
    members, held = Units(codes[:24], np.arange(24) // 2, 12), Units(codes[24:], np.arange(16) // 2, 8)
    release = rng.integers(0, 3, (30, 1)).astype(np.uint16)
    fold = np.concatenate([np.arange(12) % 2, np.arange(8) % 2])
    got = np.concatenate(focal_points.scores(domain, members, held, release, fold, True, rng))

    def rows(group, folds, part):
        return [int(c) for c, o in zip(group.codes[:, 0], group.owner) if folds[o] == part]

    everyone = people.join(members, held)
    cluster = focal_points.mean_cluster(everyone.owner, everyone.codes[:, 0].astype(int), 3)
    gaps, variances, sizes = {}, {}, {}
    for part in (0, 1):
        known = rows(members, fold[:12], 1 - part)
        others = known + rows(held, fold[12:], 1 - part)
        n, m = 24 - len(known), len(others)
        sizes[part] = n
        for cell in range(3):
            unknown = (release[:, 0] == cell).sum() * 24 / 30 - known.count(cell)
            gaps[part, cell] = unknown / n - others.count(cell) / m
            share = (max(unknown, 0) + others.count(cell) + 1) / (n + m)
            variances[part, cell] = share * (cluster / n + cluster / m + (24 / n) ** 2 / 30)
    noise = {p: max(0.0, np.mean([gaps[p, c] ** 2 - variances[p, c] for c in range(3)])) for p in (0, 1)}
    slow = np.zeros(20)
    for code, owner in zip(everyone.codes[:, 0], everyone.owner):
        key = (int(fold[owner]), int(code))
        slow[owner] += gaps[key] / (variances[key] + noise[key[0]]) / sizes[key[0]]
    assert got == pytest.approx(slow)


def test_nobody_is_in_the_tables_used_for_himself():
    """Changing a person's rows changes scores of other parts, and of his own part only his own."""
    rng = np.random.default_rng(4)
    members, held = chain_people(60, rng, 1), chain_people(40, rng, 1)
    release = chain_people(100, rng).codes
    fold = np.concatenate([np.arange(60) % 5, np.arange(40) % 5])

    def gap(codes):
        table = focal_points._Tables(
            DOMAIN, Units(codes, np.arange(100), 100), release, fold, np.arange(100) < 60, 5, True
        )
        (cell,), number = focal_points.cells(DOMAIN, (0,), codes)
        return table._by_fold(cell, number, np.arange(100) < 60)

    codes = np.concatenate([members.codes, held.codes])
    changed = codes.copy()
    changed[0, 0] = (changed[0, 0] + 1) % 8
    known, known_after = (t.sum(0) - t for t in (gap(codes), gap(changed)))
    assert (known[fold[0]] == known_after[fold[0]]).all()
    assert (known[1] != known_after[1]).any()


@pytest.mark.parametrize("synthesizer", [chain_of_pairs, shuffled_columns])
def test_estimated_auc_of_an_unprotected_release_is_a_lower_estimate(synthesizer):
    for people_trained in (200, 800):
        rng = np.random.default_rng(people_trained)
        members, held = chain_people(people_trained, rng), chain_people(400, rng)
        release = synthesizer(members, rng)
        expected = power.auc_without_noise(DOMAIN, members, held, release, rng)
        got = statistics.auc(*insider(members, held, release, rng))
        assert 0.52 < expected < got + 0.01


def test_estimated_auc_of_the_outsider_is_a_lower_estimate_too():
    for people_trained in (200, 800):
        rng = np.random.default_rng(people_trained)
        groups = [chain_people(n, rng) for n in (people_trained, 200, 400)]
        release = chain_of_pairs(groups[0], rng)
        expected = power.outsider_auc_without_noise(DOMAIN, groups[0], groups[1], release, rng)
        scores = Outsider().scores(Evidence(DOMAIN, *groups, release), rng)
        assert 0.505 < expected < statistics.auc(scores.members, scores.held_out) + 0.01


@pytest.mark.parametrize(("trained", "reference"), [(150, 50), (100, 100)])
def test_the_outsider_is_calibrated_when_nothing_leaks(trained, reference):
    zs = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        groups = [chain_people(n, rng) for n in (trained, reference, 100)]
        release = chain_of_pairs(chain_people(trained, rng), rng)
        scores = Outsider().scores(Evidence(DOMAIN, *groups, release), rng)
        error = statistics.auc_error(scores.members, scores.held_out)
        zs.append((statistics.auc(scores.members, scores.held_out) - 0.5) / error)
    assert abs(np.mean(zs)) < 0.35
    assert 0.75 < np.std(zs) < 1.2


def test_a_private_release_is_not_expected_to_leak():
    rng = np.random.default_rng(0)
    members, held, fresh = chain_people(300, rng), chain_people(300, rng), chain_people(300, rng)
    private, leaky = chain_of_pairs(fresh, rng), chain_of_pairs(members, rng)
    assert power.auc_without_noise(DOMAIN, members, held, private, rng) < 0.55
    assert power.auc_without_noise(DOMAIN, members, held, leaky, rng) > 0.65


def test_scores_are_compared_within_a_part_only():
    """Part 0: members 1, 2 and control 1.5; part 1: members 101, 102 and control 103. AUC 1/2 and 0."""
    members, others = np.array([1.0, 2.0, 101.0, 102.0]), np.array([1.5, 103.0])
    ranked = among_members(members, others, np.array([0, 0, 1, 1, 0, 1]))
    assert ranked[0].tolist() == [0.25, 0.75, 0.25, 0.75]
    assert ranked[1].tolist() == [0.5, 1.0]
    assert statistics.auc(*ranked) == 0.25


@pytest.mark.parametrize(("trained", "held_out"), [(150, 50), (100, 100)])
def test_insider_is_calibrated_when_nothing_leaks(trained, held_out):
    """A release of other people: mean 1/2, and the error is the real one."""
    zs = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        members, held = chain_people(trained, rng), chain_people(held_out, rng)
        release = chain_of_pairs(chain_people(trained, rng), rng)
        scores = insider(members, held, release, rng)
        zs.append((statistics.auc(*scores) - 0.5) / statistics.auc_error(*scores, Focal.dependence))
    assert abs(np.mean(zs)) < 0.3
    assert 0.75 < np.std(zs) < 1.15
