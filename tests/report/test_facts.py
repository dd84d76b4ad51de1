"""Origins: what the public edition is made of, and what it refuses."""

from __future__ import annotations

import copy
import dataclasses
import json
from typing import Any, get_type_hints

import numpy as np
import pytest

from dpsynth.attacks.base import Remark
from dpsynth.privacy import noise
from dpsynth.privacy.accountant import compose
from dpsynth.privacy.events import GaussianFilter
from dpsynth.report import document
from dpsynth.report.document import build, public_facts
from dpsynth.report.facts import ALL_ORIGINS, PUBLIC_ORIGINS, Fact, OriginError, encode, is_fact, values
from dpsynth.report.inputs import Inputs, Published
from dpsynth.report.numbers.attack_results import bracket
from dpsynth.report.numbers.usefulness import fitness
from dpsynth.report.render import render
from dpsynth.report.words import speak
from dpsynth.utility.marginals import MarginalError
from tests.report import sample


def origins(tree: Any) -> set[str]:
    if is_fact(tree):
        return {tree["origin"]}
    children = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return set().union(*(origins(child) for child in children))


def test_a_bare_value_is_no_fact() -> None:
    with pytest.raises(OriginError):
        encode({"epsilon": 2.0})
    with pytest.raises(OriginError):
        values({"epsilon": 2.0}, ALL_ORIGINS)


def test_noise_travels_beside_its_value() -> None:
    tree = encode({"rows": Fact(10, "dp", 2.5), "name": Fact("x", "config")})
    assert values(tree, PUBLIC_ORIGINS) == {"rows": 10, "rows_sd": 2.5, "name": "x"}


def test_public_facts_have_no_real_origin(facts: dict[str, Any]) -> None:
    assert origins(facts["public"]) <= PUBLIC_ORIGINS
    assert "real" in origins(facts["internal"]), "the test would not see one"


def test_public_facts_are_made_from_the_published_half_alone() -> None:
    assert get_type_hints(document.public_facts)["p"] is Published


@pytest.mark.parametrize("edition", ["internal", "public"])
def test_facts_are_json_and_give_the_same_page_after_a_round_trip(
    edition: Any, facts: dict[str, Any], pages: dict[str, str]
) -> None:
    text = json.dumps(facts[edition], allow_nan=False)
    assert render(json.loads(text), edition) == pages[edition]


def test_same_inputs_same_bytes(pages: dict[str, str]) -> None:
    internal, public = build(sample.inputs())
    assert render(internal, "internal") == pages["internal"]
    assert render(public, "public") == pages["public"]


def test_public_renderer_refuses_a_real_value(facts: dict[str, Any]) -> None:
    mutant = copy.deepcopy(facts["public"])
    mutant["utility"]["free_one_way"]["mean"]["origin"] = "real"
    with pytest.raises(OriginError, match=r"facts\.utility\.free_one_way\.mean has origin 'real'"):
        render(mutant, "public")


def test_public_renderer_refuses_a_value_without_origin(facts: dict[str, Any]) -> None:
    mutant = copy.deepcopy(facts["public"])
    mutant["privacy"]["epsilon"] = 2.0
    with pytest.raises(OriginError, match=r"facts\.privacy\.epsilon has no origin"):
        render(mutant, "public")


def test_public_renderer_refuses_a_real_value_that_no_template_uses(facts: dict[str, Any]) -> None:
    with pytest.raises(OriginError):
        render({**facts["public"], "extra": {"value": 1, "origin": "real"}}, "public")


@pytest.mark.parametrize(("made", "asked"), [("internal", "public"), ("public", "internal")])
def test_an_edition_is_never_printed_as_the_other(made: Any, asked: Any, facts: dict[str, Any]) -> None:
    with pytest.raises(OriginError):
        render(facts[made], asked)


def test_another_schema_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(OriginError, match="schema"):
        render(facts["public"] | {"schema_version": {"value": "0", "origin": "config"}}, "public")


def other_people() -> Inputs:
    """The same release, with every number about real people replaced."""
    before = sample.inputs()
    leak = sample.attack(
        "focal", "leak", value=0.99, remarks=(Remark("Everything is different."),), rates=(), n_members=7, n_control=3
    )
    return dataclasses.replace(
        before,
        inside=dataclasses.replace(
            before.inside, attacks=(leak,), utility=before.inside.utility[:1], notes={"rows_read": 1}
        ),
    )


def test_real_people_change_no_byte_of_the_public_edition(facts: dict[str, Any], pages: dict[str, str]) -> None:
    internal, public = build(other_people())
    assert json.dumps(public) == json.dumps(facts["public"])
    assert render(public, "public") == pages["public"]
    assert render(internal, "internal") != pages["internal"], "the change must show where it may"


def test_the_public_attacks_hold_names_and_ceiling_only(facts: dict[str, Any]) -> None:
    attacks = facts["public"]["attacks"]
    assert [a["name"]["value"] for a in attacks] == list(sample.policy().attacks.run)
    assert all(a.keys() == {"name", "status", "ceiling"} and a["status"]["value"] == "internal" for a in attacks)


def test_small_real_counts_are_ranges(facts: dict[str, Any]) -> None:
    notes = {n["name"]["value"]: n["count"]["value"] for n in facts["internal"]["inside"]["notes"]}
    assert notes["rows_without_id"] == [1, 9], "3 is below the policy's minimum of 10"
    assert notes["rows_cut"] == 0
    assert notes["rows_read"] == 20190


def test_rates_of_small_groups_are_not_printed(facts: dict[str, Any]) -> None:
    rates = {r["name"]["value"]: r for r in facts["internal"]["attacks"][0]["rates"]}
    assert rates["rare_near"]["members"]["value"] is None
    assert rates["rare_near"]["n_members"]["value"] is None
    assert rates["fpr_0.1"]["members"]["value"] == 0.112


def test_rates_made_of_few_hits_are_ranges_and_nothing_gives_them_away(facts: dict[str, Any]) -> None:
    rates = {r["name"]["value"]: r for r in facts["internal"]["attacks"][0]["rates"]}
    few = {k: f["value"] for k, f in rates["fpr_0.01"].items()}
    assert few["members"] == few["control"] == [0.0, 10 / 297], "3 of 297"
    assert few["members_interval"] is few["control_interval"] is few["ceiling"] is few["p_value"] is None


@pytest.mark.parametrize(
    ("hits", "people", "shown"),
    [(0, 50, None), (1, 50, [0.0, 0.2]), (9, 50, [0.0, 0.2]), (10, 50, None), (40, 50, None), (41, 50, [0.8, 1.0]),
     (49, 50, [0.8, 1.0]), (50, 50, None)],
)  # fmt: skip
def test_few_hits_and_few_misses_are_bracketed(hits: int, people: int, shown: list[float] | None) -> None:
    assert bracket(hits, people, 10) == (shown and pytest.approx(shown))


def test_measured_pairs_are_named_in_both_editions(facts: dict[str, Any]) -> None:
    for edition in ("internal", "public"):
        tables = facts[edition]["privacy"]["measured_tables"]
        assert tables["origin"] == "post"
        assert ["site", "coins"] in tables["value"]
        assert all(len(names) == 2 for names in tables["value"])


def test_a_filter_is_named_among_what_was_asked() -> None:
    whole = GaussianFilter("pairs", 77_777, 1.0, 2.5, noise.LATTICE_BITS)
    published = dataclasses.replace(sample.published(), event=whole, guarantee=compose(whole))
    facts = public_facts(published)
    [event] = facts["privacy"]["events"]
    pairs = [m for m in published.measured.marginals if m.purpose == "pairs"]
    assert (event["queries"]["value"], event["cells"]["value"], event["share"]["value"]) == (len(pairs), 77_777, 1.0)
    # The noise that is shown is that of the answers, not that of the filter, which nobody ever drew.
    assert event["sigma"]["value"] == min(m.sigma for m in pairs)
    assert event["sigma_most"]["value"] == max(m.sigma for m in pairs)
    assert "77,777" in render(facts, "public")


def test_a_filter_without_answers_allows_any_number() -> None:
    whole = GaussianFilter("rounds", 77_777, 1.0, 2.5, noise.LATTICE_BITS)
    made = sample.published()
    none = dataclasses.replace(
        made.measured, marginals=tuple(m for m in made.measured.marginals if m.purpose != "pairs")
    )
    facts = public_facts(dataclasses.replace(made, event=whole, guarantee=compose(whole), measured=none))
    [event] = facts["privacy"]["events"]
    assert event["queries"]["value"] is None and "any number" in render(facts, "public")


def test_the_report_names_the_data_by_digest(facts: dict[str, Any], pages: dict[str, str]) -> None:
    for path, digest in sample.published().data_files:
        for edition in ("internal", "public"):
            entries = facts[edition]["provenance"]["data_files"]
            assert {"value": digest, "origin": "synthetic"} in [e["sha256"] for e in entries]
            assert pages[edition].count(digest) == 2, "in provenance and beside the signatures"
            assert path in pages[edition]


def test_a_mean_within_its_noise_of_the_limit_is_not_plainly_fit() -> None:
    limit = sample.policy().thresholds.mean_tvd_two_way
    assert fitness(MarginalError(2, 5, limit.pass_ - 0.003, 0.001, None, ()), limit) == "fit"
    assert fitness(MarginalError(2, 5, limit.pass_ - 0.001, 0.001, None, ()), limit) == "near"
    assert fitness(MarginalError(2, 5, limit.pass_ + 0.001, 0.001, None, ()), limit) == "care"


def test_a_column_without_order_and_many_levels_is_merged_by_noisy_count() -> None:
    codes = [f"c{i}" for i in range(300)]
    policy = sample.policy({"icd": {"type": "category", "domain": codes, "source": "doc", "nullable": True}})
    column = public_facts(sample.published(policy))["columns"][0]
    assert sum(column["merged"]["value"]) == 302
    assert len(column["merged"]["value"]) == 24
    assert column["labels"]["value"][-1] == ["missing"]
    assert column["labels"]["value"][-2] is None, "the rest has no single label"
    assert sum(column["synthetic"]["value"]) == pytest.approx(1)


def test_an_ordered_column_is_merged_with_its_neighbours() -> None:
    policy = sample.policy(
        {"los": {"type": "integer", "min": 0, "max": 200, "bins": {"each": True}, "missing_as": 0, "source": "doc"}}
    )
    column = public_facts(sample.published(policy))["columns"][0]
    assert column["labels"]["value"][0] == ["0", "8"]
    assert column["labels"]["value"][-1][-1] == "200"


def test_origins_are_explained(facts: dict[str, Any]) -> None:
    for edition, tree in facts.items():
        assert origins(tree) <= tree["origins"].keys()
        assert ("real" in tree["origins"]) == (edition == "internal")


def test_a_family_is_found_more_often_than_one_person(facts: dict[str, Any]) -> None:
    c, p = values(facts["public"]["ceiling"], PUBLIC_ORIGINS), sample.published()
    assert c["group"]["people"] == 4
    promise = p.guarantee.of_group(4)
    assert promise.mu.value == pytest.approx(4 * p.guarantee.mu.value)
    assert c["group"]["found"] - 1 < 1000 * promise.tpr(0.001) <= c["group"]["found"]
    assert c["group"]["found"] > c["points"][0]["found"]
    assert c["group"]["auc"] == promise.auc > c["auc"]


def test_a_limit_that_never_blocks_has_no_limit_of_review(facts: dict[str, Any]) -> None:
    limits = {x["name"]["value"]: x["review"]["value"] for x in facts["public"]["thresholds"]}
    assert [name for name, review in limits.items() if review is None] == ["outside_domain_share"]
    found = {x["rule"]["value"]: x["review_limit"]["value"] for x in facts["public"]["verdict"]["findings"]}
    assert found["outside_domain"] is None and found["epsilon_release"] == limits["epsilon_release"]


def test_measured_tables_are_called_pairs_only_if_all_are() -> None:
    def kinds(p: Published) -> set[str]:
        return {k["kind"]["value"] for k in public_facts(p)["utility"]["bars"]["kinds"]}

    p = sample.published()
    assert kinds(p) == {"one_way", "pairs"}
    pair = next(m for m in p.measured.marginals if len(m.clique) == 2)
    three = dataclasses.replace(pair, clique=(*pair.clique, "time"))
    more = dataclasses.replace(p.measured, marginals=(*p.measured.marginals, three))
    assert kinds(dataclasses.replace(p, measured=more)) == {"one_way", "measured"}


def test_bins_of_several_values_are_counted() -> None:
    def binned(*names: str) -> int:
        p = sample.published(sample.policy({name: sample.COLUMNS[name] for name in names}))
        return int(public_facts(p)["contents"]["binned"]["value"])

    assert binned("site", "year", "female") == 0, "a bin a value"
    assert binned("site", "year", "outpdol", "mdvis") == 2


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_one_column_that_is_wrong_is_named_however_small_the_mean(language: str) -> None:
    """Levels of one column that were mistaken for each other move the mean over all columns little."""
    right = sample.published()
    counts = dict(right.synthetic_one_way)
    name = max(counts, key=lambda n: counts[n].max() - counts[n].min())
    order = np.argsort(counts[name])
    counts[name] = counts[name].copy()
    counts[name][order] = counts[name][order[::-1]]
    wrong = dataclasses.replace(right, synthetic_one_way=counts)
    for published, far in ((right, []), (wrong, [name])):
        public = build(Inputs(published, sample.inside()))[1]
        found = values(public, PUBLIC_ORIGINS)["utility"]
        assert found["far"] == far and (found["one_way_fitness"] == "care") == bool(far)
        said = str(speak(language)("use.far", far=name))
        assert (said in render(public, "public", language)) == bool(far)
