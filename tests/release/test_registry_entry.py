"""The registry's draft holds the registry's fields, and only what the program proves or the policy states."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from dpsynth.release import registry_entry
from dpsynth.release.plain_yaml import to_yaml
from tests.release.sample import SAFE, facts, published

BLOCKS: dict[str, dict[str, Any]] = {
    "basic": {
        "name": str, "data_curators": list, "intended_use": str, "data_product_type": {"Synthetic data"},
        "data_product_region": str, "description": str, "publication_date": str, "data_product_sector": {"Healthcare"},
    },
    "dp_variant": {"variant_name": {"Approximate DP"}, "data_domain": str, "unprotected_quantities": str},
    "privacy_loss": {
        "privacy_unit": str, "privacy_unit_details": str, "privacy_parameters": dict, "privacy_parameters_details": str,
    },
    "deployment_model": {
        "model_name": {"Central"}, "actors": str, "release_type": {"One release", "Many releases"},
        "release_type_details": str, "data_source_type": {"Static"}, "data_source_type_details": str,
        "access_type": {"Non-interactive"}, "access_type_details": str,
    },
    "accounting": {"post_processing": str, "composition": str},
    "implementation": {"preprocessing_and_hyperparameter_tuning": str, "mechanisms": str, "justification": str},
    "administrative": {"sources": str, "notes": str, "registry_authors": list},
}  # fmt: skip
"""The registry's schema: blocks, fields, and what may stand in them. Other fields are refused there."""


def made(**changes: Any) -> dict[str, Any]:
    """The entry as a reader gets it."""
    p = published(**changes)
    return YAML(typ="safe", pure=True).load(io.BytesIO(to_yaml(registry_entry.entry(p, facts(p)))))  # type: ignore[no-any-return]


@pytest.mark.parametrize("catalogue", [True, False])
def test_it_keeps_to_the_schema(catalogue: bool) -> None:
    found = made() if catalogue else made(catalogue=None)
    assert found.keys() == {"url_slug", "status", "tier", "deployment"}
    assert (found["status"], found["tier"]) == ("Draft", 3)
    deployment = found["deployment"]
    assert deployment.keys() == BLOCKS.keys()
    for name, fields in BLOCKS.items():
        assert deployment[name].keys() == fields.keys(), name
        for key, allowed in fields.items():
            value = deployment[name][key]
            assert value in allowed if isinstance(allowed, set) else isinstance(value, allowed) and value, key
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", deployment["basic"]["publication_date"])
    assert all(isinstance(v, float) for v in deployment["privacy_loss"]["privacy_parameters"].values())


def test_the_slug_follows_the_rule_of_the_registry() -> None:
    found = made()
    basic = found["deployment"]["basic"]
    words = (basic["name"], "-".join(basic["data_curators"]), basic["publication_date"].split("-")[0])
    assert found["url_slug"] == "_".join(re.sub(r"\W+", "_", w.lower()) for w in words).replace("_", "-")


def test_numbers_are_those_of_the_facts() -> None:
    p = published()
    f, found = facts(p), made()["deployment"]
    assert found["privacy_loss"]["privacy_parameters"] == {"epsilon": 2.0, "delta": 1e-6, "rho": f["privacy"]["rho"]}
    assert f"mu {f['privacy']['mu']:.6g}" in found["privacy_loss"]["privacy_parameters_details"]
    assert found["deployment_model"]["release_type"] == "Many releases"  # the ledger holds an earlier one
    assert "Released before: 1." in found["deployment_model"]["release_type_details"]
    shares = re.findall(r"([\d.]+) percent", found["accounting"]["composition"])
    assert sum(map(float, shares)) == pytest.approx(100, abs=0.2)
    assert str(round(p.total)) not in str(found)


def test_texts_of_the_policy_are_one_line() -> None:
    basic = made()["deployment"]["basic"]
    assert basic["name"] == f"Title {SAFE}" and basic["data_curators"] == [f"Publisher {SAFE}"]
    assert basic["data_product_region"] == f"Land {SAFE}, Dayton"


def test_nothing_is_hidden() -> None:
    notes = made(noise_is_private=False)["deployment"]
    assert "NOT A RELEASE" in notes["administrative"]["notes"]
    assert "which is not private" in notes["implementation"]["mechanisms"]
    assert made(catalogue=None)["deployment"]["basic"]["data_product_region"] == "Not stated by the publisher."
    said = made(unprotected=("A step outside.",))["deployment"]["dp_variant"]["unprotected_quantities"]
    assert said == "A step outside."


def test_nothing_published_exactly_does_not_mean_that_nothing_lies_outside() -> None:
    said = made()["deployment"]["dp_variant"]["unprotected_quantities"]
    assert "no invariants" in said and "what is not protected" in said
    assert made(unprotected=("A step.",))["deployment"]["dp_variant"]["unprotected_quantities"] == "A step."
