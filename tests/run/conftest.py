from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path / "study")
