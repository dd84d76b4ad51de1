"""The page: one file without requests or scripts, accessible by construction, every number from the facts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from dpsynth.attacks.base import AttackResult, Interval, Rate
from dpsynth.report.document import build, public_facts
from dpsynth.report.inputs import Inputs
from dpsynth.report.locales.en import SENTENCES
from dpsynth.report.render import render
from tests.report import sample
from tests.report.page import Node, parse

EDITIONS = ("internal", "public")


@pytest.fixture(scope="module", params=EDITIONS)
def page(request: pytest.FixtureRequest, pages: dict[str, str]) -> str:
    return pages[request.param]


@pytest.fixture(scope="module")
def tree(page: str) -> Node:
    return parse(page)


def test_nothing_is_loaded_and_nothing_runs(page: str, tree: Node) -> None:
    assert not tree.all("script", "link", "img", "iframe", "object", "embed", "form", "base")
    for node in tree.walk():
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcset", "xlink:href"}
            if name == "href":
                assert (value or "").startswith("#"), "links stay on the page"
    assert "url(" not in page
    assert "@import" not in page
    assert not re.search(r"\b(?:https?|data|javascript|file|ftp):", page.replace("arXiv:", ""))


def test_policy_names_the_style_sheet_by_digest(tree: Node) -> None:
    (style,) = tree.all("style")
    digest = base64.b64encode(hashlib.sha256("".join(map(str, style.children)).encode()).digest()).decode()
    csp = [
        m.attributes["content"] for m in tree.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(csp) == 1
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in (csp[0] or "")
    assert "unsafe" not in (csp[0] or "")


def test_language_and_landmarks(tree: Node) -> None:
    assert tree.all("html")[0].attributes["lang"] == "en"
    for landmark in ("header", "main", "footer", "nav", "title"):
        assert len(tree.all(landmark)) == 1
    first_link = tree.all("a")[0]
    assert first_link.attributes["href"] == "#decision", "the first thing to reach is the way past the rest"


def test_ids_are_unique_and_links_arrive(tree: Node) -> None:
    ids = [n.attributes["id"] for n in tree.walk() if "id" in n.attributes]
    assert len(ids) == len(set(ids))
    for link in tree.all("a"):
        assert (link.attributes["href"] or "")[1:] in ids
    for node in tree.walk():
        if "aria-labelledby" in node.attributes:
            assert node.attributes["aria-labelledby"] in ids


def test_headings_descend_without_gaps(tree: Node) -> None:
    levels = [int(n.name[1]) for n in tree.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def after(node: Node, tree: Node) -> Node:
    """The element that follows another one."""
    (siblings,) = [n.children for n in tree.walk() if any(c is node for c in n.children)]
    elements = [c for c in siblings if isinstance(c, Node)]
    return elements[next(i for i, e in enumerate(elements) if e is node) + 1]


def test_every_figure_has_a_named_picture_and_a_table(tree: Node) -> None:
    figures = tree.all("figure")
    assert len(figures) > 20
    for figure in figures:
        pictures = [s for s in figure.all("svg") if s.attributes.get("role") == "img"]
        assert pictures
        assert figure.all("table") or after(figure, tree).all("table")
    for picture in tree.all("svg"):
        if picture.attributes.get("role") == "img":
            assert picture.attributes["aria-label"]
        else:
            assert picture.attributes["aria-hidden"] == "true"


def test_every_table_has_a_caption_and_heads(tree: Node) -> None:
    for table in tree.all("table"):
        assert len(table.all("caption")) == 1
        assert all(th.attributes.get("scope") in {"col", "row"} for th in table.all("th"))
        heads = len(table.all("thead")[0].all("th"))
        for row in table.all("tbody")[0].all("tr"):
            cells = row.all("th", "td")
            assert len(cells) == heads
            assert cells[0].attributes["scope"] == "row"


def test_a_status_is_never_colour_alone(tree: Node) -> None:
    tags = [n for n in tree.walk() if (n.attributes.get("class") or "").startswith("tag ")]
    assert tags
    for tag in tags:
        assert tag.text().strip(), "a word"
        assert tag.all("svg") or "none" in (tag.attributes["class"] or ""), "and a shape"


def test_names_and_levels_are_text() -> None:
    columns = {
        "<script>alert(1)<": {"type": "category", "domain": ['"><img src=x onerror=alert(2)>', "'\"&", "עברית"],
                              "source": "doc", "title": {"en": "<b>bold</b>"}, "note": "</style><script>"},
        "b": {"type": "boolean", "source": "doc", "nullable": True},
    }  # fmt: skip
    inputs = sample.inputs(policy=sample.policy(columns), release_id='x"}</style><script>alert(3)</script>')
    for facts, edition in zip(build(inputs), EDITIONS, strict=True):
        page = render(facts, edition)  # type: ignore[arg-type]
        tree = parse(page)
        assert not tree.all("script", "img")
        assert len(tree.all("style")) == 1
        assert all(not name.startswith("on") for node in tree.walk() for name in node.attributes)
        assert "<script>alert(1)<" in tree.text()
        assert '"><img src=x onerror=alert(2)>' in tree.text()
        assert "עברית" in tree.text()
        assert "<b>bold</b>" in tree.text()


def test_the_editions_say_which_they_are(pages: dict[str, str]) -> None:
    assert "contains statistics of real people" in pages["internal"]
    assert "contains statistics of real people" not in pages["public"]
    assert "20,190" in pages["internal"]
    assert "20,190" not in pages["public"]
    assert "0.518" in pages["internal"]
    assert "0.518" not in pages["public"]


def test_the_first_page_says_what_was_not_tested_or_is_missing(pages: dict[str, str]) -> None:
    for edition, page in pages.items():
        first = parse(page[page.index('<section id="decision"') : page.index("</section>") + 10]).text()
        assert "Linking with other data; inferring a trait Not tested" in " ".join(first.split())
        assert "Missing in the policy impact assessment (DPIA)" in " ".join(first.split())
        assert "At most 10,000 people; 6 sensitive columns, 4 that could help to recognise somebody" in first
        assert ("Too few people (297 held out)" in first) == (edition == "internal")


def test_a_demonstration_ledger_does_not_pass() -> None:
    p = sample.published()
    demo = dataclasses.replace(p, budget=dataclasses.replace(p.budget, throw_away=True))
    for facts, edition in zip(build(Inputs(demo, sample.inside())), EDITIONS, strict=True):
        words = " ".join(parse(render(facts, edition)).text().split())  # type: ignore[arg-type]
        assert "Cost of all releases about these people Not known" in words


def test_the_tile_says_when_an_attack_beats_guessing() -> None:
    better = dataclasses.replace(sample.attack("focal"), interval=Interval(0.51, 0.55, 0.95))
    for attack, said in ((better, True), (sample.attack("focal"), False)):
        page = render(build(Inputs(sample.published(), sample.inside(attacks=(attack,))))[0], "internal")
        assert ("Better than guessing, within the ceiling." in page) == said


def test_a_control_that_could_hardly_be_seen_does_not_make_the_test_invalid() -> None:
    attack = sample.attack("focal_outsider")
    weak = dataclasses.replace(attack.controls[1], outcome="missed", power=0.2)
    attack = dataclasses.replace(attack, controls=(attack.controls[0], weak, attack.controls[2]))
    page = render(build(Inputs(sample.published(), sample.inside(attacks=(attack,))))[0], "internal")
    assert "Missed; the chance to see it was 20%" in page
    assert "the test is invalid" not in page


def test_only_the_internal_edition_has_lines_for_ink(pages: dict[str, str]) -> None:
    assert "Manifest digest" in pages["internal"]
    assert 'class="ink"' not in pages["public"]
    assert "not yet signed" not in pages["public"].lower()
    assert re.search(r"Of \d+ rules on public values, none blocks this release", pages["public"])


def test_no_page_says_anonymous(page: str) -> None:
    assert "anonym" not in page.lower()


@pytest.mark.parametrize("columns", [20, 40])
def test_size_and_time(columns: int) -> None:
    inputs = sample.inputs(policy=sample.policy(sample.many_columns(columns)))
    start = time.process_time()
    facts = build(inputs)
    sizes = [len(render(f, e).encode()) for f, e in zip(facts, EDITIONS, strict=True)]  # type: ignore[arg-type]
    assert time.process_time() - start < 2.0, "two editions at most one second each"
    assert max(sizes) <= 400 * 1024


def test_charts_are_small_and_well_formed(page: str) -> None:
    charts = re.findall(r'<svg class="chart.*?</svg>', page, re.DOTALL)
    assert len(charts) > 20
    for chart in charts:
        ElementTree.fromstring(chart)
        assert len(chart) < 8 * 1024
    assert sum(map(len, charts)) / len(charts) < 2.5 * 1024


def test_first_page_keeps_few_points() -> None:
    worst = sample.inputs(noise_is_private=False, rehearsal=True, epsilon=1.0, unprotected=("The row count is exact.",))
    internal, _ = build(worst)
    page = render(internal, "internal")
    decision = page[page.index('id="decision"') : page.index("</section>")]
    assert decision.count('<li><span class="tag block">') == 4
    assert "This release is blocked for 4 reasons" in decision
    assert "Rehearsal on made-up data: not a release." in page
    assert 'in <a href="#findings">all findings</a>' in decision


def of_wp216(name: str, family: Any, statistic: str, *rates: str) -> AttackResult:
    """A result of an attack whose trials are people or claims."""
    shares = (0.6, Interval(0.5, 0.7, 0.95), 0.5, Interval(0.4, 0.6, 0.95))
    return sample.attack(
        "nearest",
        attack=name,
        family=family,
        statistic=statistic,
        ceiling=0.2,
        interval=Interval(-0.02, 0.3, 0.95),
        value=0.1,
        rates=tuple(Rate(rate, *shares, 100, 100, None, 0.2, True) for rate in rates),
    )


WP216 = (
    of_wp216("singling_out", "singling_out", "excess_share", "singled_out", "isolating", "guesser"),
    of_wp216("linkability", "linkability", "excess_share", "linked"),
    of_wp216("inference", "inference", "excess_precision", "right_if_claimed", "secret_coins"),
    of_wp216("linkage", "reidentification", "excess_share", "right_claim", "claimed"),
)


def test_only_questions_that_no_attack_asks_are_said_to_be_untested() -> None:
    for attacks, missing in (
        (WP216, ()),
        (WP216[:3], ("attacks that link the release",)),
        (WP216[3:], ("attacks that infer",)),
        ((), ("attacks that link the release", "attacks that infer")),
    ):
        page = render(build(Inputs(sample.published(), sample.inside(attacks=attacks)))[0], "internal")
        assert ("Not run:" in page) == bool(missing)
        for what in ("attacks that link the release", "attacks that infer"):
            assert (what in page) == (what in missing)


def test_criteria_that_an_attack_asks_about_are_not_said_to_be_untested() -> None:
    for attacks, untested in ((WP216, 0), (WP216[:2], 1), (WP216[3:], 1), ((), 2)):
        inputs = Inputs(sample.published(), sample.inside(attacks=attacks))
        page = parse(render(build(inputs)[0], "internal"))
        [frames] = [n for n in page.all("section") if n.attributes["id"] == "frames"]
        assert frames.text().count("Not tested.") == untested


def test_claims_and_secrets_have_words() -> None:
    page = render(build(Inputs(sample.published(), sample.inside(attacks=WP216)))[0], "internal")
    for words in ("Right, of the claims about coins", "excess precision", "People singled out", "Linking two parts"):
        assert words in page


UNUSUAL: dict[str, Callable[[], Inputs]] = {
    "one column, nothing about pairs": lambda: sample.inputs(
        policy=sample.policy({"site": sample.COLUMNS["site"]}), paid=False
    ),
    "a long code list": lambda: sample.inputs(
        policy=sample.policy({"icd": {"type": "category", "domain": [f"c{i}" for i in range(300)], "source": "doc"}})
    ),
    "no attack was run": lambda: Inputs(sample.published(), sample.inside(attacks=(), utility=(), notes={})),
    "every attack is invalid": lambda: Inputs(
        sample.published(), sample.inside(attacks=(sample.attack("focal", "invalid"),))
    ),
    "a plug-in's own names": lambda: Inputs(
        sample.published(),
        sample.inside(attacks=(dataclasses.replace(sample.attack("dcr"), attack="my_own", statistic="odd_share"),)),
    ),
    "the criteria of WP 216": lambda: Inputs(sample.published(), sample.inside(attacks=WP216)),
    "noise hides everything": lambda: sample.inputs(total=-12.0),
    "first use of these people": lambda: Inputs(
        dataclasses.replace(p := sample.published(), budget=dataclasses.replace(p.budget, earlier=())), sample.inside()
    ),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_releases_have_a_report_too(name: str) -> None:
    for facts, edition in zip(build(UNUSUAL[name]()), EDITIONS, strict=True):
        tree = parse(render(facts, edition))  # type: ignore[arg-type]
        assert not re.search(r"\b(?:nan|inf|None|True|False)\b", tree.all("main")[0].text())
        for section in tree.all("section"):
            assert len(section.text()) > 100, "no section is empty"


# ------------------------------------------------------------------------------- every number comes from the facts

NUMBER = re.compile(r"(?<![\w.,])[−-]?(\d[\d,]*(?:\.\d+)?)(?:\s×\s10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?![\w])")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def numbers_and_texts(tree: Any) -> tuple[list[float], list[str]]:
    found: list[float] = []
    texts: list[str] = []

    def visit(part: Any) -> None:
        if isinstance(part, dict):
            for child in part.values():
                visit(child)
            texts.extend(str(k) for k in part)
        elif isinstance(part, list):
            found.append(len(part))
            for child in part:
                visit(child)
        elif isinstance(part, str):
            texts.append(part)
        elif isinstance(part, int | float) and not isinstance(part, bool):
            found.append(float(part))

    visit(tree)
    return found, texts


def unexplained(html: str, facts: dict[str, Any]) -> list[str]:
    """Numbers of a page that are in no fact, no name of the policy and no fixed sentence."""
    values, texts = numbers_and_texts(facts)
    fixed = {m.group(1) for s in SENTENCES.values() for m in NUMBER.finditer(re.sub(r"<[^>]*>|\{\w+\}", " ", s))}
    named = {m.group(1) for s in texts for m in NUMBER.finditer(s)}
    digests = "".join(t for t in texts if re.search(r"[0-9a-f]{32}", t))
    sections = {str(i) for i in range(1, 12)}
    axis = {"0", "0.4", "0.6", "0.8", "1", "50"}
    rest = {float(len(facts["outside_domain"]) - 12), 12.0}
    odd = []
    tree = parse(html)
    labels = [str(n.attributes["aria-label"]) for n in tree.walk() if n.attributes.get("aria-label")]
    for match in NUMBER.finditer(" ".join([tree.all("body")[0].text(), *labels])):
        token = match.group(1)
        if token in fixed | named | sections | axis or (token.isdigit() and len(token) == 4 and token in digests):
            continue
        shown, digits = float(token.replace(",", "")), len(token.partition(".")[2])
        power = match.group(2) or match.group(3)
        if match.group(2):
            shown, step = shown * 10.0 ** int(power.translate(RAISED)), 10.0 ** (int(power.translate(RAISED)) - 1)
        elif match.group(3):
            shown = 10.0 ** int(power.translate(RAISED))
            step = shown / 10
        else:
            step = 10.0**-digits
        scales = (1.0, 100.0)
        if any(abs(abs(v) * k - shown) < step * 1.000001 for v in values for k in scales) or shown in rest:
            continue
        if match.string[: match.start()].endswith("1 in ") and any(
            0 < v < 1 and abs(1 / v - shown) < 1 for v in values
        ):
            continue
        odd.append(match.group(0))
    return odd


def test_every_number_of_the_public_page_is_in_the_public_facts(pages: dict[str, str], facts: dict[str, Any]) -> None:
    assert unexplained(pages["public"], facts["public"]) == []


def test_that_test_sees_a_number_from_elsewhere(pages: dict[str, str], facts: dict[str, Any]) -> None:
    forged = pages["public"].replace("</main>", "<p>Exactly 5,912 people, mean 37.219341</p></main>")
    assert unexplained(forged, facts["public"]) == ["5,912", "37.219341"]
    assert unexplained(pages["internal"], facts["public"]), "the internal page has more numbers"


def section(html: str, name: str) -> str:
    [found] = [n for n in parse(html).all("section") if n.attributes.get("id") == name]
    return " ".join(found.text().split())


def test_several_mechanisms_are_said_to_be_paid_for_and_why_one_was_chosen() -> None:
    inputs = Inputs(sample.several(sample.published()), sample.inside())
    for facts, edition in zip(build(inputs), EDITIONS, strict=True):
        page = render(facts, edition)  # type: ignore[arg-type]
        first, promise = section(page, "decision"), section(page, "claim")
        assert "Closest of 3 mechanisms by noisy distances; the cost counts all mst" in first
        assert "3 mechanisms each made a synthetic table" in promise and "mst is released" in promise
        for shown in ("2.13", "3.71", "5.19", "0.12", "independent", "clique_tree"):
            assert shown in promise
        assert "independent: tables of one column" in section(page, "asked")
    assert unexplained(page, facts) == []


def test_of_one_mechanism_nothing_is_chosen(pages: dict[str, str], facts: dict[str, Any]) -> None:
    assert facts["public"]["candidates"] == []
    assert "mechanisms" not in section(pages["public"], "decision") + section(pages["public"], "claim")


def test_the_headline_counts_public_rules_and_inner_tests(facts: dict[str, Any], pages: dict[str, str]) -> None:
    page = section(pages["public"], "decision")
    assert f"Of {len(facts['public']['verdict']['findings'])} rules on public values" in page
    assert f"judged inside: {len(facts['public']['attacks'])}." in page


def test_the_audit_says_what_it_did_not_repeat() -> None:
    p = sample.published()
    short = dataclasses.replace(
        p.audit, lines=tuple(line for line in p.audit.lines if not line.whole and line.epsilon == p.epsilon), mutants=()
    )
    said = {
        name: section(render(public_facts(dataclasses.replace(p, audit=a)), "public"), "claim")
        for name, a in (("full", p.audit), ("short", short))
    }
    for words in ("Only the measuring step was repeated", "Programs with a known mistake were not audited"):
        assert words in said["short"] and words not in said["full"]
    assert "ε = 4.00 is audited, too" in said["full"] and "is audited, too" not in said["short"]


def test_what_lies_inside_bins_is_no_measurement() -> None:
    few = {name: sample.COLUMNS[name] for name in ("site", "coins", "female")}
    lists = render(public_facts(sample.published(sample.policy(few))), "public")
    bins = render(public_facts(sample.published()), "public")
    assert "Means, sums, medians" in section(bins, "usefulness")
    assert "Means, sums, medians" not in section(lists, "usefulness")
    rule = {"impossible": {"female": ["true"], "site": ["1"]}}
    table = sample.policy(few).table.model_copy(update={"rules": (rule,)})
    ruled = sample.policy(few).model_copy(update={"tables": {"person_years": table}})
    assert "no rule between columns" in section(lists, "usefulness")
    assert "declared rules between columns (1)" in section(
        render(public_facts(sample.published(ruled)), "public"), "usefulness"
    )


@pytest.mark.parametrize(("ratio", "said"), [(1.0, "divided by 0.9"), (2.0, "multiplied by 2")])
def test_the_size_of_the_synthetic_table_is_explained(ratio: float, said: str) -> None:
    chosen = sample.policy(synthesis={"rows": {"ratio": ratio}})
    page = section(render(public_facts(sample.published(chosen)), "public"), "usefulness")
    assert said in page
