"""The report of a release with sums over samples: what it says in each language, and what it does not claim."""

from __future__ import annotations

import dataclasses
import math

import pytest

from dpsynth.privacy import accountant
from dpsynth.privacy.events import SampledGaussian, flatten
from dpsynth.privacy.units import Delta
from dpsynth.release import registry_entry
from dpsynth.report import verdict
from dpsynth.report.document import build
from dpsynth.report.facts import ALL_ORIGINS, PUBLIC_ORIGINS, values
from dpsynth.report.inputs import Inputs, Published
from dpsynth.report.render import page, render
from dpsynth.report.words import speak
from dpsynth.serve.difference import _protection
from dpsynth.serve.pages.shell import WORDS
from tests.report import sample
from tests.report.trained import trained

LANGUAGES = ("en", "de", "es", "fr")


@pytest.fixture(scope="module")
def release() -> Published:
    return trained(sample.published())


@pytest.fixture(scope="module")
def facts(release):
    internal, public = build(Inputs(release, sample.inside()))
    return {"internal": internal, "public": public}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("edition", ["public", "internal"])
def test_both_editions_say_how_training_was_bounded_and_what_is_not_proven(facts, edition, language) -> None:
    html, t = render(facts[edition], edition, language), speak(language)
    f = values(facts[edition], PUBLIC_ORIGINS if edition == "public" else ALL_ORIGINS)
    [sums] = f["privacy"]["sampled"]
    for key in ("title", "sampling", "bound", "proven", "open", "random", "signal", "check", "deleted"):
        assert str(t(f"training.{key}")) in html
    for shown in (t.n.count(sums["steps"]), t.n.fixed(sums["sigma"], 3), t.n.small(sums["truncation_delta"])):
        assert shown in html
    assert ">None<" not in html and "os.urandom" in html


def test_the_cost_is_that_of_the_whole(release, facts) -> None:
    p = values(facts["public"], PUBLIC_ORIGINS)["privacy"]
    assert p["mu"] is p["rho"] is p["epsilon_zcdp"] is None
    assert p["epsilon"] == release.guarantee.epsilon(Delta(release.delta)).value <= release.epsilon
    [event] = [e for e in flatten(release.event) if isinstance(e, SampledGaussian)]
    [sums] = p["sampled"]
    assert (sums["steps"], sums["rate"], sums["sigma"]) == (event.steps, event.rate, event.sigma)
    assert 1e-20 > sums["truncation_delta"] == (1 + math.exp(release.epsilon)) * accountant.beyond(event)
    assert 0 < sums["alone"] < p["epsilon"]
    assert sum(e["share"] for e in (*p["events"], *p["sampled"])) == pytest.approx(1)
    assert p["events"][0]["share"] > 0.02 and sums["share"] > 0.1
    assert {f.status for f in verdict.published(release) if f.rule == "claim"} == {"pass"}


def test_the_ceiling_is_that_of_the_whole_and_a_family_is_promised_less(release, facts) -> None:
    ceiling = values(facts["public"], PUBLIC_ORIGINS)["ceiling"]
    assert ceiling["auc"] == release.guarantee.auc and ceiling["group"]["auc"] == release.guarantee.of_group(4).auc
    assert ceiling["group"]["found"] > ceiling["points"][0]["found"] > 1
    assert ceiling["accuracy"] == pytest.approx((1 + release.guarantee.advantage) / 2)


def test_which_generator_was_kept_is_said(release) -> None:
    t = speak("en")
    for chosen in ("mean", "halfway", "marginals"):
        record = dataclasses.replace(release.training, chosen=chosen)
        _, public = build(Inputs(dataclasses.replace(release, training=record), sample.inside()))
        rows = dict(page(values(public, PUBLIC_ORIGINS), t)["claim"]["training"]["rows"])
        assert rows[t("training.check")].startswith(t(f"training.check.{chosen}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_far_each_generator_was_from_the_paid_tables_is_said(facts, language) -> None:
    """In both editions: it is post-processing of noisy answers."""
    t = speak(language)
    for edition, origins in (("public", PUBLIC_ORIGINS), ("internal", ALL_ORIGINS)):
        found = page(values(facts[edition], origins), t)["claim"]["training"]["rows"]
        shown = dict(found)[t("training.check")]
        assert all(t.n.fixed(number, 2) in shown for number in (1.36, 1.29, 1.08, 1.62)), shown


def test_a_training_whose_generator_is_not_released_says_so(release) -> None:
    t = speak("en")
    record = dataclasses.replace(release.training, released=False)
    _, public = build(Inputs(dataclasses.replace(release, training=record), sample.inside()))
    rows = dict(page(values(public, PUBLIC_ORIGINS), t)["claim"]["training"]["rows"])
    assert rows[t("training.check")].startswith(t("training.check.other"))
    assert "the data come from it" not in rows[t("training.check")] and t("training.deleted") in rows


def test_nothing_is_said_about_a_training_that_left_no_record(release) -> None:
    """That critic and gradients were deleted is said by whoever deleted them."""
    _, public = build(Inputs(dataclasses.replace(release, training=None), sample.inside()))
    rows = dict(page(values(public, PUBLIC_ORIGINS), speak("en"))["claim"]["training"]["rows"])
    assert speak("en")("training.proven") in rows
    assert not {speak("en")(f"training.{k}") for k in ("signal", "check", "deleted")} & set(rows)
    plain = page(values(build(sample.inputs())[1], PUBLIC_ORIGINS), speak("en"))
    assert plain["claim"]["training"] is None and plain["asked"]["sampled"] is None


def test_other_files_and_pages_know_what_has_no_rho(release, facts) -> None:
    f = values(facts["public"], PUBLIC_ORIGINS)
    f["provenance"]["versions"]["dpsynth"] = "0.1.0"
    text = str(registry_entry.entry(release, f))
    assert "sums over Poisson samples" in text and "'rho': None" not in text and "square of mu" not in text
    compared = _protection(f, WORDS, speak("en"))
    assert "noise.critic" in compared and compared["rho"][1]
