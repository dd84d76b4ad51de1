from __future__ import annotations

from pathlib import Path

import pytest

from tests.signoff.centre import Centre


@pytest.fixture
def centre(tmp_path: Path):
    made = Centre(tmp_path / "centre")
    yield made
    made.ledger.close()
