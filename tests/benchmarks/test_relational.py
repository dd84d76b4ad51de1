import json
import sys
from pathlib import Path

import pytest

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    """The benchmarks are programs in a folder, not a package."""
    monkeypatch.syspath_prepend(str(PLACE))
    yield
    for name in [n for n, m in sys.modules.items() if Path(getattr(m, "__file__", None) or ".").parent == PLACE]:
        del sys.modules[name]


def test_it_reports_what_it_promises(tmp_path, monkeypatch):
    import relational

    file = tmp_path / "found.json"
    monkeypatch.setattr(
        sys, "argv", ["relational.py", "--quick", "--people", "400", "--epsilon", "3", "--json", str(file)]
    )
    relational.main()
    found = json.loads(file.read_text())
    assert found["integrity"] == 1.0
    assert {
        "row_total_error",
        "lag1_real",
        "lag1_synthetic",
        "lag1_within_real",
        "lag1_within_synthetic",
        "tvd",
        "cpu_s",
        "cohort",
    } <= set(found)
    assert 0 < found["tvd"]["code"] < 0.5 and found["lag1_real"] > 0.5


def test_the_cohort_is_the_same_for_one_seed():
    import cohort

    one, two, other = cohort.simulate(50, 1), cohort.simulate(50, 1), cohort.simulate(50, 2)
    assert all(one[name].equals(two[name]) for name in one) and not one["patients"].equals(other["patients"])
    assert set(one["lab_results"]["pid"].to_pylist()) <= set(one["patients"]["pid"].to_pylist())


def test_attacks_on_whole_people_see_copies_and_accuse_nobody_else(tmp_path, monkeypatch):
    import leaks_of_people

    file = tmp_path / "found.json"
    monkeypatch.setattr(sys, "argv", ["leaks_of_people.py", "--quick", "--people", "700", "--json", str(file)])
    assert leaks_of_people.main() == 0
    found = json.loads(file.read_text())
    assert found["as_expected"] and {"whole_person", "shared_runs"} <= set(found["caught"]["noisy copy"])
    assert found["caught"]["fresh people"] == [] and found["people"]["members"] == 448
