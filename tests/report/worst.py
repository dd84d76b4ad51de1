"""A release with a long title and purpose, and many points to judge: the fullest first page."""

from __future__ import annotations

from dpsynth.report.document import build
from dpsynth.report.render import render
from tests.report import sample


def worst_case() -> dict[str, str]:
    """Both editions."""
    base = sample.policy()
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
    internal, public = build(type(inputs)(inputs.published, sample.inside(attacks=attacks)))
    return {"internal": render(internal, "internal"), "public": render(public, "public")}
