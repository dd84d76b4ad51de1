"""The report in every language: complete, well-formed, with its own numerals, and no word left in another language."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pkgutil import iter_modules
from typing import Any, get_args

import pytest

from dpsynth.attacks.base import Interval, Rate
from dpsynth.policy.block import Language, Reviewed
from dpsynth.policy.judging import Thresholds
from dpsynth.policy.schema import Policy
from dpsynth.report import locales, verdict
from dpsynth.report.document import build
from dpsynth.report.facts import ALL_ORIGINS, PUBLIC_ORIGINS, values
from dpsynth.report.inputs import Inputs
from dpsynth.report.numerals import NUMERALS, Numerals
from dpsynth.report.pages.context import unprotected
from dpsynth.report.pages.decision import decision
from dpsynth.report.pages.findings import sentence
from dpsynth.report.pages.promise import budget
from dpsynth.report.render import render
from dpsynth.report.words import Words, speak
from tests.report import sample, test_verdict
from tests.report.page import Node, parse

LANGUAGES = sorted(m.name for m in iter_modules(locales.__path__))
TRANSLATIONS = [language for language in LANGUAGES if language != "en"]
ENGLISH = speak("en").sentences
THIN = "\N{NARROW NO-BREAK SPACE}"
SAME = re.compile(r"[\W\d]*(?:\{\w+\}[\W\d]*)*|AUC|p value|ε.*|SHA-256|Likelihood.*|Version.*|Audit.*|Five Safes")
"""Sentences without a word, and names that are the same in several languages."""


# ---------------------------------------------------------------------------------------------------- the sentences


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_sentences_and_places_of_english(language: str) -> None:
    own = speak(language).sentences
    assert list(own) == list(ENGLISH)
    for key, text in own.items():
        for form in (r"\{\w*\}", r"<[^>]*>", r'href="#[\w-]+"'):
            assert sorted(set(re.findall(form, text))) == sorted(set(re.findall(form, ENGLISH[key]))), key
        assert bool(text) == bool(ENGLISH[key]), key
        assert (text[:1] == " ") == (ENGLISH[key][:1] == " "), f"{key} is joined to another sentence"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_well_formed(language: str) -> None:
    for key, text in speak(language).sentences.items():
        parse(text)
        bare = re.sub(r"<[^>]*>", "", text)
        assert not re.search(r"[\"<>&]|''|\s$|  ", bare), f"{key}: typographic quotes, one space, no entity"
        assert "anonym" not in bare.lower(), key
        assert "{" not in re.sub(r"\{\w+\}", "", bare), key


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_percent_and_decimals_in_sentences_are_written_like_all_others(language: str) -> None:
    n = NUMERALS[language]
    for key, text in speak(language).sentences.items():
        found = re.findall(r"(\d)(\s?)%", text)
        assert all(space == n.percent_sign[:-1] for _, space in found), key
        decimals = re.sub(r"arXiv:\S+|report\.\w\w|\.html|\.json|SHA-256|800-226", "", text)
        assert not re.search(r"\d\.\d", decimals), f"{key}: decimal comma"


def quoted(language: str) -> tuple[str, str]:
    return {"en": ("“", "”"), "de": ("„", "“"), "es": ("«", "»"), "fr": ("«", "»")}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    first, last = quoted(language)
    for key, text in speak(language).sentences.items():
        assert text.count(first) == text.count(last), key
        assert not re.search("[“”„«»]", text.replace(first, "").replace(last, "")), key


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_nothing_was_left_untranslated(language: str) -> None:
    same = {k for k, text in speak(language).sentences.items() if text == ENGLISH[k] and not SAME.fullmatch(text)}
    assert len(same) < 16, sorted(same)


def test_our_sources_of_limits_are_the_defaults_of_the_policy() -> None:
    for name in Thresholds.model_fields:
        assert ENGLISH[f"limit.source.{name}"] == getattr(Thresholds(), name).source


# --------------------------------------------------------------------------------------- every rule, in every language


class Heard(Mapping[str, str]):
    """Sentences that remember which were said."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self.sentences, self.said = sentences, set[str]()

    def __getitem__(self, key: str) -> str:
        self.said.add(key)
        return self.sentences[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sentences)

    def __len__(self) -> int:
        return len(self.sentences)


def limited(review: float) -> Policy:
    limit = {"pass": 1.0, "review": review, "source": "a local rule"}
    return sample.policy(thresholds={"membership_auc_lower_over_ceiling": limit})


@pytest.fixture(scope="module")
def findings() -> list[dict[str, Any]]:
    """What every rule says in every case, as the renderer gets it."""
    found = [f for _, _, make in test_verdict.CASES for f in verdict.published(make())]
    for _, _, attack in test_verdict.INSIDE_CASES:
        found += verdict.inside(sample.inside(attacks=(attack,)), sample.policy())
    above = sample.attack("focal", interval=Interval(0.63, 0.7, 0.95))
    found += verdict.inside(sample.inside(attacks=(above,)), limited(1.2))
    return [{k: f.value for k, f in finding.facts().items()} for finding in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_status_has_its_sentence(language: str, findings: list[dict[str, Any]]) -> None:
    t = speak(language)
    heard = Heard(t.sentences)
    t = dataclasses.replace(t, sentences=heard)
    for finding in findings:
        text = str(sentence(finding, t))
        assert text.endswith((".", "?", "?\N{NARROW NO-BREAK SPACE}")), text
        assert not re.search(r"[{}]|\b(?:None|nan|inf|True|False)\b", text)
    rules = {
        k for k in heard if re.fullmatch(r"finding\.\w+\.(?:pass|review|block|unknown|unbounded|above|unlimited)", k)
    }
    assert rules - heard.said == set(), "a rule that no case of the tables reaches"


def words(html: str) -> str:
    return " ".join(parse(html).text().split())


def first_page(inputs: Inputs, t: Words) -> dict[str, dict[str, Any]]:
    editions = zip(build(inputs), (("internal", ALL_ORIGINS), ("public", PUBLIC_ORIGINS)), strict=True)
    return {edition: decision(values(facts, origins), t) for facts, (edition, origins) in editions}


def judged(**changes: Any) -> Policy:
    """A policy with which nothing is left to judge."""
    columns = {name: sample.COLUMNS[name] for name in ("site", "coins", "tookphys", "female")}
    return sample.policy(
        columns,
        legal={"controller": "A centre", "basis": ["Art. 89"], "purpose": {"en": "Tests"}, "dpia": "7/2026"},
        attacks={"run": ["focal", "nearest"]},
        **changes,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_noiseless_run_is_blocked(language: str) -> None:
    t = speak(language)
    for page in first_page(sample.inputs(noise_is_private=False), t).values():
        assert (page["status"], page["word"]) == ("block", t("status.block"))
        assert page["headline"] == t("verdict.block.one", n="1")
        assert page["meaning"] == t("decision.meaning.block")


@pytest.mark.parametrize("language", LANGUAGES)
def test_epsilon_one_passes_although_exact_copies_exist(language: str) -> None:
    """Copies that as many outsiders have are no harm done to those who took part."""
    policy = judged(privacy=test_verdict.privacy(epsilon=1.0))
    as_often = (0.43, Interval(0.40, 0.46, 0.95), 0.42, Interval(0.39, 0.45, 0.95))
    copies = sample.attack("nearest", rates=(Rate("all_exact", *as_often, 1188, 1188, 0.6, None, True),))
    inputs = Inputs(sample.published(policy), sample.inside(policy, attacks=(sample.attack("focal"), copies)))
    t = speak(language)
    pages = first_page(inputs, t)
    assert {edition: page["status"] for edition, page in pages.items()} == {"internal": "pass", "public": "pass"}
    assert pages["internal"]["headline"] == t("verdict.pass")
    html = render(build(inputs)[0], "internal", language)
    assert str(t("rate.all_exact")) in html
    assert t.n.percent(0.43) in html, "and the copies are told"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_column_outside_the_guarantee_changes_the_first_page(language: str) -> None:
    t, policy = speak(language), judged()
    outside = judged(privacy=test_verdict.privacy(invariants=[{"fact": "site is exact", "citation": "R-3476"}]))
    inside = sample.inside(policy, attacks=(sample.attack("focal"), sample.attack("nearest")))
    before = first_page(Inputs(sample.published(policy), inside), t)
    after = first_page(Inputs(sample.published(outside), inside), t)
    for edition in ("internal", "public"):
        assert before[edition]["status"] != "block"
        assert after[edition]["status"] == "block"
        said = sentence({"rule": "unprotected", "status": "block", "value": 1, "subject": None, "details": {}}, t)
        assert said in [point["text"] for point in after[edition]["points"]]
        assert after[edition]["risk"] != before[edition]["risk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failed_control_and_an_unknown_total_change_the_first_page(language: str) -> None:
    t = speak(language)
    invalid = Inputs(sample.published(), sample.inside(attacks=(sample.attack("focal", "invalid"),)))
    page = first_page(invalid, t)["internal"]
    assert page["status"] == "block"
    assert page["tiles"][2]["question"] == t("tile.attack.none")
    demo = first_page(Inputs(test_verdict.demonstration(), sample.inside()), t)["public"]
    assert t("status.unknown") in [line["word"] for line in demo["risk"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_without_protection_changes_the_first_page(language: str) -> None:
    t = speak(language)
    for known in (True, False):
        for page in first_page(Inputs(test_verdict.imported(known), sample.inside()), t).values():
            unknown = t("status.unknown") in [line["word"] for line in page["risk"]]
            lifetime = words(str(page["tiles"][1]["meaning"]))
            assert unknown is not known
            assert (words(t("tile.lifetime.imported.one", n="1")) in lifetime) is known
            said = [point["text"] for point in page["points"]]
            first = words(t.sentences["finding.epsilon_lifetime.unbounded"]).split("{")[0]
            assert any(words(str(text)).startswith(first) for text in said) is not known
            assert (words(t.sentences["tile.lifetime.unbounded"]).split("{")[0] in lifetime) is not known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_change_of_the_budget_is_listed_for_ever(language: str) -> None:
    t = speak(language)
    for inputs, changed in ((sample.inputs(), False), (Inputs(test_verdict.imported(False), sample.inside()), True)):
        for facts, origins in zip(build(inputs), (ALL_ORIGINS, PUBLIC_ORIGINS), strict=True):
            section = budget(values(facts, origins), t)
            assert section["changes_lead"] == t("budget.changes" if changed else "budget.unchanged")
            assert bool(section["unbounded"]) is changed
            assert len(section["changes"]) == 2 * changed
            if changed:
                raised, lowered = (words(str(c)) for c in section["changes"])
                assert t.n.plain(4.0) in raised and t.n.plain(6.0) in raised and t.n.date("2026-08-01") in raised
                assert t.n.plain(5.0) in lowered and raised != lowered
                row = next(r for r in section["figure"].table.rows if r[0] == "tables 2019")
                assert row[2:] == [t("ledger.imported"), t("ledger.unknown"), t("ledger.unknown")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_looks_at_internal_reports_are_counted_where_the_human_decision_is_told(language: str) -> None:
    t = speak(language)
    plain = sample.published()
    said = []
    for looks in (0, 1, 12):
        seen = dataclasses.replace(plain, budget=dataclasses.replace(plain.budget, looks=looks))
        for facts, origins in zip(build(Inputs(seen, sample.inside())), (ALL_ORIGINS, PUBLIC_ORIGINS), strict=True):
            listed = dict(unprotected(values(facts, origins), t)["items"])
            said.append(words(str(listed[t("unprotected.human")])))
    assert said[::2] == said[1::2] and len(set(said)) == 3, "both editions say it"
    assert t.n.count(12) in said[4] and t.n.count(12) not in said[2]


# ---------------------------------------------------------------------------------------------------- whole reports


def languages(binding: str = "en") -> Policy:
    base = sample.policy()
    release = base.release.model_copy(update={"languages": tuple(LANGUAGES), "binding_language": binding})
    return base.model_copy(update={"release": release})


@pytest.fixture(scope="module")
def both() -> dict[str, Any]:
    return dict(zip(("internal", "public"), build(sample.inputs(policy=languages())), strict=True))


def foreign(node: Node, language: str) -> Iterator[str]:
    """Text that is not marked as another language's, and is no code."""
    if node.name in ("style", "pre") or node.attributes.get("lang", language) != language:
        return
    if "code" in (node.attributes.get("class") or ""):
        return
    for name in ("aria-label", "title", "alt"):
        yield node.attributes.get(name) or ""
    for child in node.children:
        if isinstance(child, Node):
            yield from foreign(child, language)
        else:
            yield child


OF_ENGLISH = re.compile(r"\b(?:the|of|and|with|from|is|are|not|rows|people|missing|true|false|to)\b", re.IGNORECASE)


@pytest.mark.parametrize("edition", ["internal", "public"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_one_language(language: str, edition: Any, both: dict[str, Any]) -> None:
    tree = parse(render(both[edition], edition, language))
    [page] = tree.all("html")
    assert page.attributes["lang"] == language
    text = " ".join(foreign(page, language)).replace("Scores are sums over the person’s rows.", "")
    assert bool(OF_ENGLISH.search(text)) == (language == "en"), OF_ENGLISH.findall(text)
    marked = {n.attributes["lang"] for n in tree.walk() if "lang" in n.attributes and n.name != "html"}
    assert marked == (set() if language == "en" else {"en"}), "texts of the policy are marked"


def shown(n: Numerals) -> list[str]:
    return [n.count(20_111), n.percent(0.35), n.date("2026-05-04"), n.fixed(0.518, 3), n.small(5.4e-21)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_written_as_the_language_does(language: str, both: dict[str, Any]) -> None:
    tree = parse(render(both["internal"], "internal", language))
    text = " ".join(foreign(tree.all("html")[0], language)).replace("rand-hie/2026-05-04-a", "")
    assert all(number in text for number in shown(NUMERALS[language]))
    others = {number for n in NUMERALS.values() for number in shown(n)} - set(shown(NUMERALS[language]))
    assert [number for number in others if re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text)] == []


@pytest.mark.parametrize("binding", get_args(Reviewed))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_whether_it_counts(language: str, binding: str) -> None:
    _, facts = build(sample.inputs(policy=languages(binding)))
    head = parse(render(facts, "public", language)).all("header")[0].text()
    t = speak(language)
    assert (str(t(f"translation.binding.{binding}")) in head) == (language != binding)
    assert (str(t("translation.unreviewed")) in head) == (language not in get_args(Reviewed))


def test_texts_without_translation_are_in_the_language_that_counts() -> None:
    texts = {"site": sample.COLUMNS["site"] | {"title": {"de": "Studienort"}, "note": "Sechs Orte."}}
    base = sample.policy(texts)
    release = base.release.model_copy(update={"languages": ("de", "en"), "binding_language": "de"})
    _, facts = build(sample.inputs(policy=base.model_copy(update={"release": release})))
    english, german = render(facts, "public", "en"), render(facts, "public", "de")
    for text in ("Studienort", "Sechs Orte."):
        assert f'<span lang="de">{text}</span>' in english
        assert f'<span lang="de">{text}</span>' not in german
        assert text in german
    assert f'<span lang="en">{sample.TITLE}</span>' in german
    assert f"<title>{sample.TITLE} ·" in german


def test_all_languages_of_a_policy_are_known() -> None:
    assert set(LANGUAGES) == set(get_args(Language))
    assert set(NUMERALS) == set(get_args(Language))
    assert set(get_args(Reviewed)) <= set(LANGUAGES)


def numbers(text: str, language: str) -> set[float]:
    """All numbers in a text that is written in a language."""
    if language == "en":
        text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    else:
        text = re.sub(rf"(?<=\d){THIN}(?=\d{{3}}(?!\d))", "", text).replace(",", ".")
    text = re.sub(r"\b(\d{2})[./](\d{2})[./](\d{4})\b", r"\3 \2 \1", text)
    return {float(token) for token in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)}


@pytest.mark.parametrize("language", TRANSLATIONS)
@pytest.mark.parametrize("edition", ["internal", "public"])
def test_every_language_prints_the_same_numbers(language: str, edition: Any, facts: dict[str, Any]) -> None:
    """That the English ones are those of the facts is a test of the page."""

    def printed(spoken: str) -> set[float]:
        return numbers(parse(render(facts[edition], edition, spoken)).all("body")[0].text(), spoken)

    fixed = {x for spoken in ("en", language) for s in speak(spoken).sentences.values() for x in numbers(s, spoken)}
    assert printed("en") - fixed == printed(language) - fixed
    assert len(printed("en") - fixed) > 100
