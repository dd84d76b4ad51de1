"""Ranks within codes: what they are, that counting by them is merging levels, and that what follows what is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dpsynth.data.family import BoundedFamily
from dpsynth.data.units import Units
from dpsynth.domain.deriving import view_of_people, view_of_rows
from dpsynth.domain.family import Family
from dpsynth.policy.load import load
from dpsynth.policy.training import Need
from dpsynth.privacy import accountant
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.queries import marginal_counts
from dpsynth.privacy.units import Delta, Epsilon
from dpsynth.synth.relational.mechanism import calibrate
from dpsynth.synth.relational.model import FamilyModel
from dpsynth.synth.relational.ranks import (
    MISSING,
    RANKS,
    RankMeasurer,
    number_of_ranks,
    rank_names,
    rank_table,
    ranked_by,
    ranked_view,
)
from dpsynth.testing.samplers import NoNoise, RoundedGaussian
from tests.synth.families import cohort

PEOPLE = 3000


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory):
    return cohort.policy(tmp_path_factory.mktemp("ranks"))


@pytest.fixture(scope="module")
def family(loaded) -> Family:
    return Family.from_policy(loaded)


@pytest.fixture(scope="module")
def real(loaded, family) -> BoundedFamily:
    return cohort.opened(loaded, family, 400)


def test_the_value_in_the_middle_has_the_rank_in_the_middle(family) -> None:
    value = family["labs"].codec["value"]  # four bins and missing
    counts = np.array([[100.0, 100.0, 100.0, 100.0, 7.0], [0.0, 0.0, 1000.0, 0.0, 7.0], [0.0, 0.0, 0.0, 0.0, 0.0]])
    ranks, has = rank_table(value, counts, 10.0)
    assert ranks.tolist()[0] == [0, 1, 3, 4, MISSING, MISSING + 1]
    assert ranks[1, 2] == 2 and has.tolist()[1] == [False, True, True, True, True, True]  # one more on each side
    assert has[2].all() and ranks[2].tolist() == [0, 0, 2, 4, MISSING, MISSING + 1]  # the ranks of all codes together


def test_counting_by_ranks_is_counting_rows_by_their_ranks(family, real) -> None:
    labs, units = family["labs"], real.train.rows["labs"]
    pair = labs.within[0].pair(labs)
    exact = Curator(units, labs.counted, labs.at_most, 10**12, 10**9, NoNoise())
    ranked = ranked_by(labs, exact.measure([pair], 1.0, "ranks"))
    now, last = rank_names(labs.within[0])
    found = RankMeasurer(exact, ranked).measure([(now, last), ("labs.code", last)], 1.0, "pairs")
    columns = {name: units.codes[:, labs.view.index(name)] for name in labs.view.names}
    table = ranked[0].table
    columns[now] = table[columns["labs.code"], columns["labs.value"]].astype(np.uint16)
    columns[last] = table[columns["labs.code"], columns[labs.within[0].before]].astype(np.uint16)
    for m in found:
        expected = marginal_counts(columns, ranked_view(labs).sizes, m.clique, {})
        assert (m.values == expected).all() and m.groups == (None, None)


def test_crossed_columns_tell_code_and_value_of_every_row(family, real) -> None:
    labs, codes = family["labs"], real.train.rows["labs"].codes
    many = labs.codec["value"].size + 1
    code, value, before = (codes[:, labs.view.index(n)] for n in ("labs.code", "labs.value", labs.within[0].before))
    assert codes.shape[1] == len(labs.counted.names) == len(labs.view.names) + 2
    assert (codes[:, -2] == code * many + value).all() and (codes[:, -1] == code * many + before).all()
    assert codes[:, -1].max() < labs.counted.sizes[labs.counted.names[-1]]


@pytest.fixture(scope="module")
def several(loaded, family) -> BoundedFamily:
    return cohort.opened(loaded, family, PEOPLE)


def scored(loaded, family, real, epsilon: float, wishes: tuple[Need, ...] = ()):
    """With what the value is paired, and the cliques that hold it."""
    mu = accountant.calibrate(Epsilon(epsilon), Delta(1e-7))
    mechanism = calibrate(mu, family, loaded.policy.synthesis.model_copy(update={"workload": wishes}), {})
    measured = mechanism.measure(cohort.measurers(mechanism, real, NoNoise()))
    cliques = mechanism.fit(measured).rows["labs"].graphical.tree.cliques
    value = "labs.value"
    found = {name for s in measured.rows["labs"].scores if value in s.clique for name in s.clique if name != value}
    return found, [set(c) for c in cliques if value in c]


def test_what_hangs_on_a_value_hangs_on_its_rank_where_there_are_many(loaded, family, several) -> None:
    rank = rank_names(family["labs"].within[0])[0]
    found, cliques = scored(loaded, family, several, 50.0)
    assert found == {"labs.code"} and cliques == [{"labs.code", "labs.value", rank}]
    found, _ = scored(loaded, family, several, 0.5)
    assert {"labs.code", "stays.ward", "labs:mean(value)"} <= found


def test_a_policy_may_wish_for_pairs_of_the_value_itself(loaded, family, several) -> None:
    found, _ = scored(loaded, family, several, 50.0, (Need(columns=("labs.value", "stays.ward"), weight=2.0),))
    assert found == {"labs.code", "stays.ward"}


@pytest.mark.parametrize(("people", "epsilon", "many"), [(5000, 1.0, 5), (5000, 3.0, 6), (20_000, 3.0, RANKS)])
def test_the_number_of_ranks_follows_from_noise_and_rows(family, people: int, epsilon: float, many: int) -> None:
    counts = np.full((3, 5), people * 7 / 12)  # about so many rows a person are left by early clipping
    assert number_of_ranks(family["labs"].codec["value"], counts, 85 / epsilon) == many


SCALES = {"hba1c": (0.0, 24.0), "ldl": (30.0, 70.0), "crp": (76.0, 100.0)}


def scaled(loaded, family, seed: int) -> BoundedFamily:
    """The cohort with values on scales of their codes, each near the last one of the same code."""
    found = cohort.opened(loaded, family, PEOPLE)
    labs, units = family["labs"], found.train.rows["labs"]
    rng, codes = np.random.default_rng(seed), units.codes.copy()
    code, value = codes[:, labs.view.index("labs.code")], labs.view.index("labs.value")
    before, last = labs.view.index(labs.within[0].before), {}
    none, many = labs.codec["value"].size, labs.codec["value"].size + 1
    for i, (who, c) in enumerate(zip(units.owner.tolist(), code.tolist(), strict=True)):
        old = last.get((who, c))
        low = 0 if c == 0 else 4 if c == 1 else 8
        new = low + int(rng.integers(4)) if old is None or rng.random() < 0.2 else old
        codes[i, value], codes[i, before], last[who, c] = new, none if old is None else old, new
    codes[:, -2], codes[:, -1] = code * many + codes[:, value], code * many + codes[:, before]
    found.train.rows["labs"] = Units(codes, units.owner, units.size)
    return found


def within(view, codes: np.ndarray) -> float:
    """Correlation of values with the last of the same code, without the means of codes."""
    of, now, last = (
        codes[:, view.index(n)].astype(int) for n in ("labs.code", "labs.value", "labs:previous(value, same code)")
    )
    both = (now < 12) & (last < 12)
    of, pair = of[both], [now[both].astype(float), last[both].astype(float)]
    rows = np.maximum(1, np.bincount(of))
    return float(np.corrcoef(*(x - (np.bincount(of, x) / rows)[of] for x in pair))[0, 1])


def test_values_follow_the_last_one_of_their_code_on_the_scale_of_the_code(tmp_path: Path) -> None:
    path = cohort.policy(tmp_path).path
    text = path.read_text().replace("bins: {count: 4}", "bins: {count: 12}").replace("clip: 20", "clip: 6")
    path.write_text(text)
    loaded = load(path)
    family = Family.from_policy(loaded)
    real = scaled(loaded, family, 0)
    labs = family["labs"]
    mechanism = cohort.calibrated(loaded, family, 3.0)
    measured = mechanism.measure(cohort.measurers(mechanism, real, RoundedGaussian(np.random.default_rng(1))))
    fitted = mechanism.fit(measured)
    model = FamilyModel.from_arrays(fitted.to_arrays())
    assert all((model.ranks["labs"][n] == t).all() for n, t in fitted.ranks["labs"].items())
    sample = model.sample(family, loaded.policy.tables, PEOPLE, np.random.default_rng(2)).coded
    made = view_of_rows(family, labs, sample, view_of_people(family, sample))
    truth = within(labs.view, real.train.rows["labs"].codes)
    assert truth > 0.7 and within(labs.view, made) > truth - 0.25
