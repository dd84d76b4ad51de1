import sys
from pathlib import Path

import numpy as np
import pytest

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(PLACE))
    yield
    for name in [n for n, m in sys.modules.items() if Path(getattr(m, "__file__", None) or ".").parent == PLACE]:
        del sys.modules[name]


def test_nobody_owns_a_row_without_a_key_and_nobody_has_too_many() -> None:
    import tables

    keys = np.array(["a", None, "b", None, "a", "b", "b"], dtype=object)
    units = tables.by_owner(np.arange(7)[:, None], keys, 2, np.random.default_rng(0))
    assert units.owner.tolist() == [0, 0, 1, 1] and units.size == 2
    rows = [set(units.codes[units.owner == person, 0].tolist()) for person in (0, 1)]
    assert {0, 4} in rows and any(row < {2, 5, 6} for row in rows)


def test_the_error_of_a_run_is_its_last_line_of_words() -> None:
    import marginals

    program = "print('FailedFunction(1 > 0)\\n\")\\n)'); raise SystemExit(3)"
    ended = marginals.run([sys.executable, "-c", program])
    assert (ended.code, ended.last) == (3, "FailedFunction(1 > 0)")
