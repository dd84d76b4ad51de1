"""Structural rules: what they forbid, what they refuse, and that merging levels inside a class changes nothing."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import MAX_MASK_CELLS, StructuralZeros, classes, merge, structural_zeros, violations
from dpsynth.errors import PolicyError
from dpsynth.policy.load import load

POLICY = """\
dpsynth_policy: 1
id: rules
title: {en: Rules}
legal: {controller: Centre, purpose: {en: Teaching}}
release: {audience: public}
source: {population: people, snapshot: s1, max_patients: 1000}
tables:
  visits:
    file: visits.csv
    columns:
      pid: {role: unit_key}
      sex: {type: category, domain: [f, m, 3], nullable: true, source: doc}
      age: {type: integer, min: 0, max: 99, bins: {edges: [0, 12, 50, 99], points: [20]}, nullable: true, source: doc}
      dose: {type: real, min: 0, max: 1, bins: {width: 0.5, points: [0]}, missing_as: 0, source: doc}
      pregnant: {type: boolean, nullable: true, source: doc}
      day: {type: date, min: 2020-01-01, max: 2020-04-30, bins: month, nullable: true, source: doc}
      county: {type: category, domain: [A, B], source: doc}
      town: {type: category, domain: [a1, a2, b1], other: false, nullable: true, source: doc}
      big1: &
privacy:
  contribution: {max_rows_per_unit: 5}
  epsilon: 1
  delta: 1e-6
  lifetime: {epsilon: 3, delta: 1e-6}
"""
WIDE = ", ".join(f"L{i}" for i in range(2000))
BIG = "".join(f"      big{i}: {{type: category, domain: [{WIDE}], source: doc}}\n" for i in (1, 2))
POLICY = POLICY.replace("      big1: &\n", BIG)
RULES_LINE = POLICY[: POLICY.index("privacy:")].count("\n") + 1


def compiled(folder: Path, *rules: str, **files: str) -> tuple[StructuralZeros, Domain]:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    listed = "".join(f"      - {rule}\n" for rule in rules)
    text = POLICY.replace("privacy:\n", f"    rules:\n{listed}privacy:\n") if rules else POLICY
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    loaded = load(folder / "p.yaml")
    domain = Domain.from_table(loaded.policy.table, loaded.code_lists)
    return structural_zeros(loaded, domain), domain


def forbidden(zeros: StructuralZeros, domain: Domain, *clique: str) -> set[tuple[str, ...]]:
    """The impossible combinations of a clique, by label."""
    (mask,) = (mask for names, mask in zeros if names == clique)
    return {tuple(domain[n].levels[code] for n, code in zip(clique, cell)) for cell in np.argwhere(mask)}


# ------------------------------------------------------------------------------------------------------- good rules


def test_no_rules_no_zeros(tmp_path: Path) -> None:
    zeros, domain = compiled(tmp_path)
    assert zeros == () and classes(zeros, domain) == {} and merge(zeros, {}) == ()
    assert not violations(np.zeros((3, len(domain.names)), np.uint16), domain, zeros).any()


def test_levels_are_named_as_the_domain_prints_them(tmp_path: Path) -> None:
    zeros, domain = compiled(
        tmp_path, "{impossible: {pregnant: [true, missing], sex: [m, 3, other, missing]}, note: x}"
    )
    assert [names for names, _ in zeros] == [("sex", "pregnant")]
    expected = set(product(("m", "3", "other", "missing"), ("true", "missing")))
    assert forbidden(zeros, domain, "sex", "pregnant") == expected


AGES = ("0 to 11", "12 to 49", "20", "50 to 99")


@pytest.mark.parametrize(
    ("stretch", "expected"),
    [
        ("{max: 11}", AGES[:1]),
        ("{min: 50}", AGES[3:]),
        ("{min: 12, max: 49}", AGES[1:3]),  # the point inside belongs to the stretch
        ("{min: 0, max: 99}", AGES),  # missing is no value
        ("['20', missing]", ("20", "missing")),
        ("[20]", ("20",)),
    ],
)
def test_stretches_of_numbers_include_their_ends(stretch: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    zeros, domain = compiled(tmp_path, f"{{impossible: {{age: {stretch}, pregnant: [true]}}}}")
    assert forbidden(zeros, domain, "age", "pregnant") == {(age, "true") for age in expected}


def test_stretches_of_decimals_and_days(tmp_path: Path) -> None:
    zeros, domain = compiled(
        tmp_path, "{impossible: {dose: {min: 0.01, max: 0.49}, day: {min: 2020-02-01, max: 2020-03-31}}}"
    )
    days = ("2020-02-01 to 2020-02-29", "2020-03-01 to 2020-03-31")
    assert forbidden(zeros, domain, "dose", "day") == {("0.01 to 0.49", day) for day in days}


def test_a_stretch_holds_exactly_the_values_between_its_ends(tmp_path: Path) -> None:
    import pyarrow as pa

    zeros, domain = compiled(tmp_path, "{impossible: {age: {min: 12, max: 49}, pregnant: [true]}}")
    age, true = domain["age"], domain["pregnant"].code_of["true"]
    mask = zeros[0][1][:, true]
    assert [int(mask[code]) for code in age.encode(pa.array(range(100)))] == [int(12 <= a <= 49) for a in range(100)]


def test_a_column_decides_another(tmp_path: Path) -> None:
    towns = "{determines: {from: town, to: county, map: {a1: A, a2: [A, other], b1: B}}}"
    zeros, domain = compiled(tmp_path, towns)
    left = {("a1", "A"), ("a2", "A"), ("a2", "other"), ("b1", "B"), *product(("missing",), ("A", "B", "other"))}
    everything = set(product(domain["county"].levels, domain["town"].levels))
    assert forbidden(zeros, domain, "county", "town") == everything - {(county, town) for town, county in left}


@pytest.mark.parametrize("header", ["from,to", "town,county", "\ufefffrom , to"])
def test_a_map_may_stand_in_a_file(header: str, tmp_path: Path) -> None:
    rule = "{determines: {from: town, to: county, map_file: towns.csv}}"
    text = f"{header}\na1,A\n\na2,A\na2,other\nb1,B\nmissing,B\n"
    from_file, _ = compiled(tmp_path, rule, towns=text)
    inline = "{determines: {from: town, to: county, map: {a1: A, a2: [other, A], b1: B, missing: B}}}"
    from_policy, _ = compiled(tmp_path, inline)
    (names, mask), (other_names, other_mask) = from_file[0], from_policy[0]
    assert names == other_names and np.array_equal(mask, other_mask)


def test_other_and_missing_need_not_be_mapped_and_then_leave_everything(tmp_path: Path) -> None:
    zeros, domain = compiled(tmp_path, "{determines: {from: sex, to: county, map: {f: A, m: A, '3': B}}}")
    assert {sex for sex, _ in forbidden(zeros, domain, "sex", "county")} == {"f", "m", "3"}
    zeros, domain = compiled(tmp_path, "{determines: {from: sex, to: county, map: {f: A, m: A, '3': B, other: B}}}")
    assert {("other", "A"), ("other", "other")} <= forbidden(zeros, domain, "sex", "county")


def test_booleans_and_bins_can_be_mapped(tmp_path: Path) -> None:
    bins = "{determines: {from: age, to: pregnant, map: {0 to 11: false, 12 to 49: [true, false, missing], '20': true, 50 to 99: false}}}"
    zeros, domain = compiled(tmp_path, bins)
    assert ("0 to 11", "true") in forbidden(zeros, domain, "age", "pregnant")
    assert ("0 to 11", "missing") in forbidden(zeros, domain, "age", "pregnant")
    back, domain = compiled(
        tmp_path, "{determines: {from: pregnant, to: sex, map: {true: f, false: [f, m, 3, other]}}}"
    )
    assert forbidden(back, domain, "sex", "pregnant") == {
        *product(("m", "3", "other", "missing"), ("true",)),
        ("missing", "false"),
    }


def test_rules_over_the_same_columns_are_merged_and_masks_cannot_be_changed(tmp_path: Path) -> None:
    zeros, domain = compiled(
        tmp_path,
        "{impossible: {county: [B], town: [a1]}}",
        "{impossible: {sex: [m], pregnant: [true]}}",
        "{impossible: {pregnant: [true], age: {max: 11}, sex: [f]}}",
        "{impossible: {pregnant: [true], sex: ['3']}}",
    )
    assert [names for names, _ in zeros] == [("sex", "age", "pregnant"), ("sex", "pregnant"), ("county", "town")]
    assert forbidden(zeros, domain, "sex", "pregnant") == {("m", "true"), ("3", "true")}
    with pytest.raises(ValueError, match="read-only"):
        zeros[0][1][:] = False


def test_a_level_that_can_never_occur_is_allowed(tmp_path: Path) -> None:
    zeros, domain = compiled(
        tmp_path, "{impossible: {sex: ['3'], county: [A, B, other]}}", "{impossible: {sex: [m], county: [A]}}"
    )
    assert {("3", c) for c in ("A", "B", "other")} <= forbidden(zeros, domain, "sex", "county")


# ------------------------------------------------------------------------------------------------------------ faults

FAULTS = {
    "unknown level": (
        ["{impossible: {sex: [x], pregnant: [true]}}"],
        "rules[0].impossible.sex: 'x' is not a level of sex; its levels are 'f', 'm', '3', 'other', 'missing'.",
    ),
    "unknown level of many": (
        ["{impossible: {big1: [x], pregnant: [true]}}"],
        "'L7' and 1993 more. Choose one of these.",
    ),
    "true for a category": (["{impossible: {sex: [true], pregnant: [true]}}"], "'True' is not a level of sex"),
    "a value for a bin": (
        ["{impossible: {age: [13], pregnant: [true]}}"],
        "'13' is not a level of age; its levels are '0 to 11', '12 to 49', '20', '50 to 99', 'missing'. Choose one of "
        "these. For a stretch of values write {min: x, max: y}.",
    ),
    "off the edges": (
        ["{impossible: {age: {min: 10}, pregnant: [true]}}"],
        "rules[0].impossible.age: min is 10, where no bin of age starts; the nearest: 0 and 12. Choose one of these",
    ),
    "end off the edges": (["{impossible: {age: {max: 12}, sex: [m]}}"], "max is 12, where no bin of age ends; the nearest: 11 and 49."),
    "a point cuts no bin": (["{impossible: {age: {max: 20}, sex: [m]}}"], "max is 20, where no bin of age ends; the nearest: 11 and 49."),
    "below all": (["{impossible: {age: {min: -1}, sex: [m]}}"], "min is -1, where no bin of age starts; the nearest: 0."),
    "above all": (["{impossible: {age: {max: 120}, sex: [m]}}"], "the nearest: 99."),
    "off the grid": (["{impossible: {age: {min: 0.5}, sex: [m]}}"], "min is 0.5; age needs a number with at most 0 decimals."),
    "text for a number": (["{impossible: {age: {min: young}, sex: [m]}}"], "min is 'young'; age needs a number"),
    "no day": (["{impossible: {day: {min: 2020}, sex: [m]}}"], "min is 2020.0; day needs a day such as '2020-01-31'."),
    "day inside a month": (
        ["{impossible: {day: {max: 2020-02-10}, sex: [m]}}"],
        "max is 2020-02-10, where no bin of day ends; the nearest: 2020-01-31 and 2020-02-29.",
    ),
    "ends exchanged": (["{impossible: {age: {min: 50, max: 11}, sex: [m]}}"], "min 50 is above max 11. Exchange them."),
    "stretch of a list": (["{impossible: {sex: {min: 1}, age: {max: 11}}}"], "sex has no values in order"),
    "unmapped": (
        ["{determines: {from: town, to: county, map: {a1: A}}}"],
        "rules[0].determines.map: 'a2', 'b1' of town are not mapped. Map every level of town",
    ),
    "one unmapped": (["{determines: {from: town, to: county, map: {a1: A, a2: B}}}"], "'b1' of town is not mapped."),
    "unknown in a map": (["{determines: {from: town, to: county, map: {a9: A}}}"], "'a9' is not a level of town"),
    "unknown result": (["{determines: {from: town, to: county, map: {a1: C}}}"], "'C' is not a level of county"),
    "too large": (
        ["{impossible: {big1: [L1], big2: [L1]}}"],
        "rules[0].impossible: the rule is over 2001 x 2001 = 4004001 combinations of big1, big2; at most 4000000",
    ),
    "nothing is possible": (
        ["{impossible: {county: [A, B, other], town: [a1, b1]}}", "{impossible: {county: [A, B, other], town: [a2, missing]}}"],
        "rules[1]: no record is possible: every combination of county and town is forbidden.",
    ),
    "nothing is possible together": (
        [
            "{impossible: {sex: [f, m], pregnant: [true, false, missing]}}",
            "{impossible: {sex: ['3', other], county: [A, B, other]}}",
            "{determines: {from: town, to: sex, map: {a1: f, a2: f, b1: f, missing: m}}}",
        ],
        "tables.visits.rules: no record is possible: the rules together forbid every level of sex.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_clear_line(name: str, tmp_path: Path) -> None:
    rules, words = FAULTS[name]
    with pytest.raises(PolicyError) as caught:
        compiled(tmp_path, *rules)
    error = str(caught.value)
    line = RULES_LINE if "together" in name else RULES_LINE + len(rules)
    assert error.startswith(f"{tmp_path / 'p.yaml'}:{line}: tables.visits.rules"), error
    assert words in error and error[-1] == "." and "\n" not in error


def test_every_faulty_rule_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        compiled(
            tmp_path,
            "{impossible: {sex: [x], pregnant: [true]}}",
            "{impossible: {sex: [m], pregnant: [true]}}",
            "{impossible: {sex: [y], pregnant: [true]}}",
        )
    assert [line.split(":")[1] for line in str(caught.value).split("\n")] == [str(RULES_LINE + 1), str(RULES_LINE + 3)]


def test_a_fault_in_a_map_file_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"rules\[0\].determines.map_file: 'C' is not a level of county"):
        compiled(tmp_path, "{determines: {from: town, to: county, map_file: m.csv}}", m="from,to\na1,C\n")


def test_the_largest_mask_is_allowed() -> None:
    assert 2000 * 2000 <= MAX_MASK_CELLS < 2001 * 2001


# ----------------------------------------------------------------------------------------------- arrays of any kind

NAMES = ("a", "b", "c", "d")


def domain_of(sizes: dict[str, int]) -> Domain:
    from dpsynth.domain.attribute import Category

    return Domain(
        tuple(
            Category(name, tuple(str(i) for i in range(size)), None, None, (), frozenset(), {}, 0)
            for name, size in sizes.items()
        )
    )


@st.composite
def problems(draw: st.DrawFn) -> tuple[Domain, StructuralZeros, dict[str, list[int]]]:
    """A domain, rules that are alike on some levels, and groups inside the classes."""
    domain = domain_of({name: draw(st.integers(1, 5)) for name in NAMES})
    kinds = {name: draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)) for name, n in domain.sizes.items()}
    cliques = draw(
        st.lists(st.sets(st.sampled_from(NAMES), min_size=2, max_size=4).map(sorted), max_size=3, unique_by=tuple)
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    zeros = []
    for clique in cliques:
        coarse = rng.random((3,) * len(clique)) < 0.5
        zeros.append((tuple(clique), coarse[np.ix_(*(kinds[name] for name in clique))]))
    groups: dict[str, list[int]] = {}
    for name, of in classes(tuple(zeros), domain).items():
        if draw(st.booleans()):
            parts = [(c, draw(st.integers(0, 1))) for c in of]  # a class may be cut further
            order = draw(st.permutations(sorted(set(parts))))
            groups[name] = [order.index(part) for part in parts]
    return domain, tuple(zeros), groups


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_merged_rules_forbid_the_same_rows(problem: tuple[Any, Any, Any]) -> None:
    domain, zeros, groups = problem
    codes = np.array(list(product(*(range(size) for size in domain.sizes.values()))), np.uint16)
    slow = [any(mask[tuple(row[NAMES.index(n)] for n in names)] for names, mask in zeros) for row in codes]
    assert violations(codes, domain, zeros).tolist() == slow
    grouped = np.stack([np.array(groups.get(n, range(domain.sizes[n])))[codes[:, i]] for i, n in enumerate(NAMES)], 1)
    assert violations(grouped.astype(np.uint16), domain, merge(zeros, groups)).tolist() == slow


@settings(max_examples=60, deadline=None)
@given(problem=problems(), data=st.data())
def test_levels_are_in_one_class_exactly_when_exchanging_them_changes_no_rule(
    problem: tuple[Any, Any, Any], data: st.DataObject
) -> None:
    domain, zeros, _ = problem
    of = classes(zeros, domain)
    assert list(of) == [name for name in NAMES if any(name in names for names, _ in zeros)]
    for name, numbers in of.items():
        assert list(dict.fromkeys(numbers)) == list(range(max(numbers) + 1))  # numbered by first appearance
        i, j = (data.draw(st.integers(0, len(numbers) - 1)) for _ in range(2))
        same = all(
            np.array_equal(mask.take(i, names.index(name)), mask.take(j, names.index(name)))
            for names, mask in zeros
            if name in names
        )
        assert (numbers[i] == numbers[j]) == same


def test_groups_that_mix_classes_or_leave_numbers_out_are_refused() -> None:
    mask = np.array([[True, False], [False, False], [False, False]])
    zeros: StructuralZeros = ((("a", "b"), mask),)
    assert classes(zeros, domain_of({"a": 3, "b": 2})) == {"a": (0, 1, 1), "b": (0, 1)}
    (merged,) = merge(zeros, {"a": (1, 0, 0)})
    assert merged[0] == ("a", "b") and merged[1].tolist() == [[False, False], [True, False]]
    with pytest.raises(ValueError, match="does not tell apart"):
        merge(zeros, {"a": (0, 0, 1)})
    with pytest.raises(ValueError, match="without gaps"):
        merge(zeros, {"a": (0, 2, 2)})


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), density=st.floats(0.4, 0.9))
def test_arc_consistency_never_refuses_what_is_possible(seed: int, density: float) -> None:
    from dpsynth.domain.rules import _empty_column

    rng = np.random.default_rng(seed)
    domain = domain_of({"a": 3, "b": 2, "c": 3, "d": 2})
    pairs = (("a", "b"), ("b", "c"), ("c", "d"))  # a chain: here the check is complete
    zeros = tuple((pair, rng.random([domain.sizes[n] for n in pair]) < density) for pair in pairs)
    codes = np.array(list(product(range(3), range(2), range(3), range(2))), np.uint16)
    assert (_empty_column(zeros, domain) is not None) == bool(violations(codes, domain, zeros).all())
