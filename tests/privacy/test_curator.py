"""The one place where rows become numbers: what it counts, charges, adds, and refuses."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.data.units import Units
from dpsynth.errors import BudgetError, DpsynthError
from dpsynth.privacy import counting
from dpsynth.privacy import curator as room
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.curator import Curator
from dpsynth.privacy.noise import LARGEST_INPUT, LATTICE, DiscreteGaussian
from dpsynth.privacy.queries import group_shape, marginal_counts
from dpsynth.testing import tables
from dpsynth.testing.samplers import NoNoise, RoundedGaussian

DOMAIN = tables.domain(2, 3, 4)
MANY = Fraction(10**6)


class Recorder(NoNoise):
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.seen: list[np.ndarray] = []

    def add(self, values, sigma):
        self.seen.append(values)
        return values


def exact(units: Units, k: int, granted: Fraction = MANY, sampler=None) -> Curator:
    return Curator(units, DOMAIN, k, granted, 10**9, sampler or NoNoise())


rows = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3)).map(list)
crowds = st.lists(st.lists(rows, max_size=4), min_size=1, max_size=8)
CLIQUES = [(), ("a",), ("b",), ("c",), ("a", "b"), ("c", "a"), ("a", "b", "c")]
GROUPS = [{}, {"c": (0, 1, 1, 1), "b": (0, 0, 0)}]


@given(crowds)
def test_counts_against_a_loop(crowd) -> None:
    units = tables.people(DOMAIN, crowd)
    for groups in GROUPS:
        for clique in CLIQUES:
            table = np.zeros(group_shape(DOMAIN.sizes, clique, groups), int)
            for row in units.codes.tolist():
                codes = [row[DOMAIN.index(name)] for name in clique]
                cell = [groups[n][c] if n in groups else c for n, c in zip(clique, codes, strict=True)]
                table[tuple(cell)] += 1
            [answer] = exact(units, 4).measure([clique], 1.0, "x", groups)
            assert (answer.values == table).all() and answer.values.shape == table.shape
            assert answer.groups == tuple(groups.get(name) for name in clique)


@settings(max_examples=150)
@given(crowds, st.data())
def test_no_person_moves_an_answer_by_more_than_the_sensitivity(crowd, data) -> None:
    """The exact sensitivity: k in L2 for each marginal, k for each distance, on whole numbers of the lattice."""
    k = 4
    person = data.draw(st.integers(0, len(crowd) - 1))
    groups = data.draw(st.sampled_from(GROUPS))
    cells = st.floats(-5, 40, allow_nan=False)
    targets = []
    for clique in CLIQUES:
        shape = group_shape(DOMAIN.sizes, clique, groups)
        flat = data.draw(st.lists(cells, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
        targets.append(np.array(flat).reshape(shape))
    seen = []
    for people in (crowd, crowd[:person] + crowd[person + 1 :]):
        recorder = Recorder()
        curator = exact(tables.people(DOMAIN, people), k, sampler=recorder)
        for clique in CLIQUES:
            curator.measure([clique], 1.0, "x", groups)
        curator.distances(CLIQUES, targets, 1.0, "x", groups)
        seen.append(recorder.seen)
    own = len(crowd[person])
    for before, after in zip(*seen, strict=True):
        moved = [abs(int(x) - int(y)) for x, y in zip(before, after, strict=True)]
        assert max(moved) <= own * LATTICE
        if len(before) == len(CLIQUES) and before is seen[0][-1]:
            continue
        assert sum(m * m for m in moved) <= (own * LATTICE) ** 2 <= (k * LATTICE) ** 2


def test_the_sensitivity_is_reached() -> None:
    """k rows in one cell: the bound is no larger than it must be."""
    units = tables.people(DOMAIN, [[[0, 0, 0]] * 3])
    [answer] = exact(units, 3).measure([("a", "b")], 1.0, "x")
    assert np.linalg.norm(answer.values) == 3
    assert exact(units, 3).distances([("a",)], [np.zeros(2)], 1.0, "x").tolist() == [3.0]


def test_a_distance_against_a_constant() -> None:
    units = tables.people(DOMAIN, [[[0, 0, 0]], [[1, 0, 0]], [[1, 2, 0]]])
    assert exact(units, 1).distances([("a",)], [np.array([0.25, 4.5])], 1.0, "x").tolist() == [0.75 + 2.5]


# --------------------------------------------------------------------------------------------------------- large counts


def test_counts_beyond_the_lattice_are_cut_off_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of rows must never decide whether a question is answered."""
    huge = np.array([LARGEST_INPUT + 5, 3])
    monkeypatch.setattr(counting, "plain", lambda *a: [huge])
    curator = exact(tables.people(DOMAIN, []), 1, sampler=DiscreteGaussian())
    [answer] = curator.measure([("a",)], 1.0, "x")
    assert np.abs(answer.values - [LARGEST_INPUT, 3]).max() < 12
    far = curator.distances([("a",)], [np.array([1e300, -1e300])], 1.0, "x")
    assert np.isfinite(far).all()


def test_a_sum_of_many_large_cells_does_not_wrap_around() -> None:
    """In 64 bits the sum of 256 cells of 2^27 rows would wrap, and one row could move it by 2^64."""
    counts, constant = np.full(256, LARGEST_INPUT), np.full(256, -LARGEST_INPUT * LATTICE)
    assert room._l1(counts * LATTICE, constant) == LARGEST_INPUT * LATTICE
    assert room._l1(np.array([5 * LATTICE]), np.array([3 * LATTICE - 1])) == 2 * LATTICE + 1


@given(st.lists(st.tuples(st.integers(0, LARGEST_INPUT), st.integers(-(2**57), 2**57)), min_size=1, max_size=30))
def test_the_distance_is_the_exact_sum(cells) -> None:
    counts, constant = (np.array(x, np.int64) for x in zip(*cells, strict=True))
    differences = [abs(c * LATTICE - t) for c, t in cells]
    assert room._l1(counts * LATTICE, constant) == min(sum(differences), LARGEST_INPUT * LATTICE)
    root = room._l2(counts * LATTICE, constant)
    square = sum(d * d for d in differences)
    assert root == LARGEST_INPUT * LATTICE or root**2 <= square < (root + 1) ** 2


# ------------------------------------------------------------------------------------------------------- the filter


def test_what_is_charged_is_what_the_noise_was() -> None:
    """Computed again from the arguments: k^2/sigma^2 for each query, and the cells counted one by one."""
    curator = exact(tables.people(DOMAIN, []), 3)
    curator.measure([("a",), ("b", "c")], 2.0, "one_way")
    curator.distances([("a",)] * 5, [np.zeros(2)] * 5, 7.0, "selection")
    assert curator.event.events[0].cells == 2 + 12 and curator.event.events[1].cells == 5
    assert [e.purpose for e in curator.event.events] == ["one_way", "selection"]
    assert compose(curator.event).mu_squared == 2 * Fraction(9, 4) + 5 * Fraction(9, 49)


def test_the_noise_has_the_sigma_that_was_charged() -> None:
    """Halving sigma between the charge and the draw would show."""
    flat = tables.domain(2000)
    curator = Curator(tables.people(flat, []), flat, 1, MANY, 10**9, DiscreteGaussian())
    [answer] = curator.measure([("a",)], 5.0, "x")
    charged = curator.event.events[0].sigma
    assert abs(answer.values.std() / (charged**2 + 1 / 12) ** 0.5 - 1) < 5 / (2 * 2000) ** 0.5
    assert answer.sigma == pytest.approx((25 + 1 / 12) ** 0.5)
    many = curator.distances([("a",)] * 500, [np.zeros(2000)] * 500, 3.0, "x")
    assert abs(many.std() / 3.0 - 1) < 5 / 1000**0.5


def test_answers_are_whole_rows() -> None:
    curator = exact(tables.crowd(DOMAIN, 50, 2, np.random.default_rng(1)), 2, sampler=DiscreteGaussian())
    [answer] = curator.measure([("a", "b")], 1.3, "x")
    assert (answer.values == np.rint(answer.values)).all()


def test_overspending_is_refused_before_a_draw() -> None:
    recorder = Recorder()
    curator = exact(tables.people(DOMAIN, []), 1, Fraction(1), recorder)
    curator.measure([("a",)], 2.0, "first")  # 1/4
    curator.distances([("a",)] * 3, [np.zeros(2)] * 3, 2.0, "second")  # 3/4: exactly the rest
    for ask in (
        lambda: curator.measure([("a",)], 1e8, "third"),
        lambda: curator.distances([("a",)], [np.zeros(2)], 1e8, "third"),
    ):
        with pytest.raises(BudgetError, match=r"'third' asks for .* Nothing was drawn") as refused:
            ask()
        assert refused.value.charged
    assert len(recorder.seen) == 2 and len(curator.event.events) == 2


def test_more_cells_than_granted_are_refused_before_a_draw() -> None:
    """The share of the lattice in delta was computed from their number."""
    recorder = Recorder()
    curator = Curator(tables.people(DOMAIN, []), DOMAIN, 1, MANY, 9, recorder)
    curator.measure([("b",), ("c",)], 1.0, "first")  # 7
    for ask in (
        lambda: curator.measure([("b",)], 1.0, "second"),
        lambda: curator.measure([("b",)], 1.0, "second", clip=1.0),
        lambda: curator.distances([("b",)] * 3, [np.zeros(3)] * 3, 1.0, "second"),
        lambda: curator.unit_sizes((1, 2), 1.0, "second"),
    ):
        with pytest.raises(BudgetError, match=r"'second' asks for .* 3 noisy numbers, but only .* 2 of the reserv"):
            ask()
    curator.unit_sizes((1,), 1.0, "third")
    assert len(recorder.seen) == 2 and sum(e.cells for e in curator.event.events) == 9


def test_each_clique_has_its_own_noise_and_all_are_charged_together() -> None:
    class Tells(NoNoise):
        def add(self, values, sigma):
            return values + round(sigma * LATTICE)

    curator = exact(tables.people(DOMAIN, [[[0, 0, 0]]]), 2, sampler=Tells())
    answers = curator.measure([("a",), ("b",), (), ("c",)], [3.0, 5.0, 3.0, 7.0], "x")
    assert [m.values.ravel().tolist()[-1] for m in answers] == [3, 5, 4, 7]
    assert [round(m.sigma) for m in answers] == [3, 5, 3, 7] and answers[2].values.shape == ()
    assert [(e.queries, e.cells, e.sigma) for e in curator.event.events] == [(2, 3, 3.0), (1, 3, 5.0), (1, 4, 7.0)]
    assert curator.distances([("a",), ("b",)], [np.zeros(2), np.zeros(3)], [2.0, 9.0], "y").tolist() == [3, 10]
    short = exact(tables.people(DOMAIN, []), 1, Fraction(1))
    with pytest.raises(BudgetError):
        short.measure([("a",), ("b",)], [1.0, 2.0], "x")
    assert short.event.events == () and short.measure([("a",)], 1.0, "x")


def test_clipped_answers_are_in_rows_and_charged_in_contributions() -> None:
    """Two people, of 3 and 4 rows in different cells and of one row, clipped at 2 and at 10 rows."""
    units = tables.people(DOMAIN, [[[0, 0, 0]] * 3 + [[1, 1, 1]] * 4, [[1, 1, 1]]])
    curator = exact(units, 7)
    cliques = [("a",), ("a",), (), ()]
    found = curator.measure(cliques, [4.0, 30.0, 4.0, 30.0], "x", clip=[2.0, 10.0, 2.0, 10.0])
    for answer, expected in zip(found, [[1.2, 2.6], [3, 5], 3, 8], strict=True):
        assert answer.values == pytest.approx(np.array(expected), abs=1e-7)
    assert [m.clip for m in found] == [2, 10, 2, 10] and [m.sigma for m in found] == pytest.approx([4, 30, 4, 30])
    assert [(e.queries, e.cells, e.sensitivity, e.sigma) for e in curator.event.events] == [
        (2, 3, 1.0, 2.0),
        (2, 3, 1.0, 3.0),
    ]
    [far] = curator.distances([("a",)], [np.array([1.2, 5.6])], 4.0, "x", clip=2.0)
    assert far == pytest.approx(3, abs=1e-7)
    assert curator.event.events[-1].sensitivity == 1.0 and curator.event.events[-1].sigma == 2.0
    assert curator.measure([("a",)], 4.0, "x")[0].clip is None


def test_levels_are_merged_before_clipping() -> None:
    units = tables.people(DOMAIN, [[[0, 0, 0], [0, 1, 0]]])
    [answer] = exact(units, 2).measure([("b",)], 4.0, "x", {"b": (0, 0, 1)}, clip=1.0)
    assert answer.values == pytest.approx(np.array([1, 0]), abs=1e-8)


def test_sizes_of_units() -> None:
    units = tables.people(DOMAIN, [[[0, 0, 0]] * n for n in (1, 2, 3, 0, 3, 9, 4)])
    curator = exact(units, 9)
    assert curator.unit_sizes((1, 3), 2.0, "sizes").tolist() == [1, 3, 2]
    assert curator.unit_sizes((), 2.0, "sizes").tolist() == [6]
    assert curator.unit_sizes((9, 20), 2.0, "sizes").tolist() == [6, 0, 0]
    assert curator.event.events[0].sensitivity == 1.0 and curator.event.events[0].cells == 3


@pytest.mark.parametrize("crowd", [[], [[[0, 0, 0]]]])
@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.measure([("a",)], 1.0, "x", clip=0.99),
        lambda c: c.measure([("a",)], 1.0, "x", clip=float("nan")),
        lambda c: c.measure([("a",)], 1.0, "x", clip=float("inf")),
        lambda c: c.measure([("a",)], 1.0, "x", clip=[1.0, 2.0]),
        lambda c: c.measure([("a",)], 1.0, "x", clip=11.0),  # less than 0.1 contributions of noise
        lambda c: c.measure([("a",), ("b",)], [1.0], "x"),
        lambda c: c.measure([("a",)], float("nan"), "x"),
        lambda c: c.distances([("a",)], [np.zeros(2)], [1.0, 1.0], "x", clip=2.0),
        lambda c: c.distances([("a",)], [np.zeros(3)], 1.0, "x", clip=2.0),
        lambda c: c.unit_sizes((0, 3), 1.0, "x"),
        lambda c: c.unit_sizes((3, 3), 1.0, "x"),
        lambda c: c.unit_sizes((3,), 0.05, "x"),
    ],
)
def test_questions_that_make_no_sense_are_refused_whatever_the_rows_are(ask, crowd) -> None:
    curator = exact(tables.people(DOMAIN, crowd), 1)
    with pytest.raises(ValueError, match="Expected"):
        ask(curator)
    assert curator.event.events == ()


def test_a_failed_draw_stays_charged() -> None:
    class Fails(NoNoise):
        def add(self, values, sigma):
            raise RuntimeError

    curator = exact(tables.people(DOMAIN, []), 1, Fraction(1), Fails())
    with pytest.raises(RuntimeError):
        curator.measure([("a",)], 1.0, "x")
    with pytest.raises(BudgetError):
        curator.measure([("a",)], 1.0, "x")


def test_no_question_no_charge() -> None:
    curator = exact(tables.people(DOMAIN, []), 1, Fraction(0))
    assert curator.measure([], 1.0, "x") == ()
    assert curator.distances([], [], 1.0, "x").shape == (0,)
    assert curator.event.events == ()


def test_an_unbounded_source_is_not_measured() -> None:
    with pytest.raises(DpsynthError, match="not enforced"):
        exact(tables.people(DOMAIN, [[[0, 0, 0]] * 3]), 2)


def test_people_whose_rows_are_not_together_are_not_measured() -> None:
    """Each part of a person would be clipped alone."""
    units = Units(np.zeros((3, 3), np.uint16), np.array([0, 1, 0]), 2)
    with pytest.raises(DpsynthError, match="not enforced"):
        exact(units, 2)


@pytest.mark.parametrize(
    "target",
    [np.zeros((7, 2)), np.zeros(1), np.float64(0.0), np.zeros(3), np.array([np.nan, 0.0]), np.array([np.inf, 0.0])],
)
def test_a_target_that_would_be_broadcast_is_refused(target) -> None:
    """A table of shape (7, 2) against a marginal of shape (2,) would count each row seven times."""
    curator = exact(tables.people(DOMAIN, [[[0, 0, 0]]]), 1)
    with pytest.raises(ValueError, match="shape"):
        curator.distances([("a",)], [target], 1.0, "x")
    assert curator.event.events == ()


@pytest.mark.parametrize("groups", [{"c": (0, 1)}, {"c": (0, 1, -1, 0)}, {"c": (0, 1, 2, 3, 4)}])
@pytest.mark.parametrize("crowd", [[], [[[0, 0, 0]]]])
def test_groups_that_do_not_fit_are_refused_whatever_the_rows_are(groups, crowd) -> None:
    curator = exact(tables.people(DOMAIN, crowd), 1)
    for ask in (
        lambda: curator.measure([("c",)], 1.0, "x", groups),
        lambda: curator.distances([("c",)], [np.zeros(2)], 1.0, "x", groups),
    ):
        with pytest.raises(ValueError, match="group number"):
            ask()


def test_unknown_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="'z'"):
        exact(tables.people(DOMAIN, []), 1).measure([("z",)], 1.0, "x")


def test_too_little_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="sigma"):
        exact(tables.people(DOMAIN, []), 1).measure([("a",)], 0.05, "x")


def test_no_columns_no_rows() -> None:
    assert marginal_counts({}, {}, (), {}).tolist() == 0


def test_the_fast_sampler_is_marked() -> None:
    assert DiscreteGaussian.private and not NoNoise.private and not RoundedGaussian.private
