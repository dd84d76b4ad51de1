"""A release with a long title and purpose, chosen from three mechanisms, and many points to judge: the fullest first page, in every language."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import get_args

from dpsynth.policy.block import Language
from dpsynth.policy.schema import Policy
from dpsynth.report.document import build
from dpsynth.report.inputs import Inputs, PastRelease
from dpsynth.report.render import render
from tests.report import sample

LANGUAGES: tuple[Language, ...] = get_args(Language)


def in_all_languages(policy: Policy) -> Policy:
    """The policy, with a report in each."""
    release = policy.release.model_copy(update={"languages": LANGUAGES})
    return policy.model_copy(update={"release": release})


def translated(inputs: Inputs) -> dict[tuple[str, str], str]:
    """The page of every edition in every language."""
    internal, public = build(inputs)
    pages = {("internal", x): render(internal, "internal", x) for x in LANGUAGES}
    return pages | {("public", x): render(public, "public", x) for x in LANGUAGES}


@cache
def worst_pages() -> dict[tuple[str, str], str]:
    """Both editions in every language."""
    base = in_all_languages(sample.policy())
    long = base.model_copy(
        update={
            "title": {
                "en": "A rather long title of a study with several parts, second revised synthetic public-use file"
            },
            "legal": base.legal.model_copy(
                update={"purpose": {"en": "Teaching and the development of methods. " * 20}}
            ),
        }
    )
    attacks = tuple(sample.attack(name, "not_resolvable") for name in ("focal", "focal_outsider", "dcr", "nearest"))
    inputs = sample.inputs(policy=long, epsilon=1.0, noise_is_private=False, rehearsal=True)
    return translated(Inputs(sample.several(inputs.published), sample.inside(attacks=attacks)))


def worst_case() -> dict[str, str]:
    """Both editions in English."""
    return {edition: worst_pages()[edition, "en"] for edition in ("internal", "public")}


@cache
def unknown_total() -> dict[tuple[str, str], str]:
    """Both editions in every language, after a release without differential privacy."""
    inputs = sample.inputs(policy=in_all_languages(sample.policy()))
    unknown = PastRelease("an extract without protection", "2019-05-04", "imported", 0.0, 0.0, False)
    budget = dataclasses.replace(inputs.published.budget, earlier=(*inputs.published.budget.earlier, unknown))
    return translated(Inputs(dataclasses.replace(inputs.published, budget=budget), inputs.inside))
