"""One report, built once."""

from __future__ import annotations

from typing import Any

import pytest

from dpsynth.report.document import build
from dpsynth.report.render import render
from tests.report import sample

Facts = dict[str, Any]


@pytest.fixture(scope="session")
def facts() -> dict[str, Facts]:
    internal, public = build(sample.inputs())
    return {"internal": internal, "public": public}


@pytest.fixture(scope="session")
def pages(facts: dict[str, Facts]) -> dict[str, str]:
    return {edition: render(facts[edition], edition) for edition in ("internal", "public")}  # type: ignore[arg-type]
