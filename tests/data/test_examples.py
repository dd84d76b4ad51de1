"""The example study, and the one door for tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dpsynth.data.examples import example_path, open_table
from dpsynth.data.files import FileSource
from dpsynth.errors import SourceError
from tests.data.study import Study


def test_the_example_is_there_without_importing_its_package() -> None:
    script = (
        "import sys; from dpsynth.data.examples import example_path; "
        "print(example_path('rand_hie')); assert 'statsmodels' not in sys.modules"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert Path(found.stdout.strip()).is_file()


def test_the_study_has_its_published_size(study: Study) -> None:
    year = {"type": "integer", "source": "doc", "min": 1, "max": 5, "bins": {"each": True}, "nullable": True}
    declared = study.with_columns(zper={"role": "unit_key"}, year=year)
    found = declared.open(open_table("example:rand_hie"), limit=5)
    parts = (found.train, found.reference, found.control)
    assert (sum(part.size for part in parts), sum(part.rows for part in parts)) == (5912, 20190)
    few = declared.open(open_table("example:rand_hie"), limit=2)
    assert max(few.train.rows_per_unit) == 2 and few.train.size == found.train.size
    assert few.commitment == found.commitment


def test_open_table() -> None:
    source = open_table("example:rand_hie")
    assert "zper" in source.schema()
    assert isinstance(open_table(Path("visits.tsv")), FileSource)


def test_unknown_example() -> None:
    with pytest.raises(SourceError, match="Known: rand_hie"):
        open_table("example:nowhere")


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SourceError, match="Install statsmodels"):
        example_path("rand_hie")
