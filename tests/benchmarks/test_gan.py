import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

PLACE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    """The benchmarks are programs in a folder, not a package."""
    monkeypatch.syspath_prepend(str(PLACE))
    yield
    for name in [n for n, m in sys.modules.items() if Path(getattr(m, "__file__", None) or ".").parent == PLACE]:
        del sys.modules[name]


def test_the_quick_form(tmp_path) -> None:
    import gan

    result = tmp_path / "gan.json"
    found = gan.main(["--quick", "--mechanisms", "independent", "--json", str(result)])
    assert json.loads(result.read_text()) == found
    step = found["step"]
    assert step["device"] in step["ms"] or step["device"], "what was measured is said"
    assert step["note"] == "" and set(step["ms"]) == {
        "ours", "ours_real_rows", "nonprivate", "opacus_ghost", "opacus_hooks",
    }  # fmt: skip
    # Wide limits: three rounds beside other work are no figure.
    assert 0.5 < step["ratio_to_nonprivate"] < 3 and step["opacus_hooks_ratio"] > 5 > step["opacus_ghost_ratio"] > 0.5
    assert {m["name"]: m["rejected"] for m in found["mutants"]} == dict.fromkeys(
        [
            "half_the_noise", "seeded_noise", "shuffled_batches", "mean_over_the_sample", "no_clip",
            "clip_after_summing", "batch_norm",
        ],
        True,
    )  # fmt: skip
    bootstrap, ours = found["rows"]
    assert (bootstrap["peer"], ours["peer"], ours["mechanism"]) == ("baseline", "dpsynth", "independent")
    assert ours["status"] == "ok" and ours["fallback"] is None and ours["epsilon"] == 3 and ours["delta"] == 1e-6
    assert ours["tv1"] < 0.1 < ours["tv2"] < ours["tv3"], "the columns of the table depend on each other"
    assert ours["lr_acc"] > 0 and ours["cpu_s"] > 0


def test_peers_are_those_that_train_networks(tmp_path) -> None:
    import environments
    import gan
    import marginals

    for peer in environments.peers(neural=True):
        assert (PLACE / "peers" / f"run_{peer}.py").is_file()
    words = ["--json", str(tmp_path / "x.json"), "--epsilon", "1", "--mechanisms"]
    assert gan.parsed([*words, "--peers", "all"]).peers == ["smartnoise_gan", "synthcity"]
    assert gan.parsed(words).peers == ["none"]
    jobs = marginals.jobs(gan.parsed([*words, "gan", "--peers", "all"]))
    assert [(peer, mechanism) for peer, mechanism, _ in jobs] == [
        ("baseline", "bootstrap"), ("dpsynth", "gan"), ("smartnoise_gan", "dpctgan"), ("synthcity", "dpgan"),
        ("smartnoise_gan", "patectgan"),
    ]  # fmt: skip
    some = gan.parsed([*words, "--peers", "all", "--peer-mechanisms", "dpgan", "--peer-options", '{"dpgan": {"x": 1}}'])
    assert [mechanism for _, mechanism, _ in marginals.jobs(some)] == ["bootstrap", "dpgan"]
    assert some.peer_options == {"dpgan": {"x": 1}}
    with pytest.raises(SystemExit):
        gan.parsed([*words, "--peers", "opendp"])


def test_what_a_peer_requires_for_others_is_left_out(tmp_path, monkeypatch) -> None:
    import environments

    asked = []

    def installed(command, **_):
        asked.append(command[command.index("install") + 1 :])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(environments.venv, "create", lambda place, **_: place.mkdir())
    monkeypatch.setattr(environments.subprocess, "run", installed)
    for _ in range(2):
        environments.interpreter("synthcity", tmp_path)
    first, second = asked
    assert "torch==2.13.0" in first and "--no-deps" not in first
    assert second[-2:] == ["--no-deps", "synthcity==0.2.12"]


def test_a_mistake_counts_only_if_the_program_itself_passes(monkeypatch) -> None:
    import critic_mutants

    def always_fails() -> None:
        raise AssertionError

    monkeypatch.setattr(critic_mutants, "CHECKS", dict.fromkeys(critic_mutants.CHECKS, always_fails))
    assert not any(m["rejected"] for m in critic_mutants.mutants())


def test_the_audit_compares_with_the_promise(monkeypatch) -> None:
    import critic_audit

    for tpr, contradicted in ((0.5, False), (0.99, True)):
        monkeypatch.setattr(critic_audit, "canary_audit", lambda alpha, tpr=tpr: ([0.9, 1.0], 0.2, tpr))
        found = critic_audit.audit()
        assert found["contradicted"] is contradicted and found["estimated_mu"] == [0.9, 1.0]
        assert found["shown_mu"] > 0.8 and 1.0 < found["claimed_mu"] < 1.2


def test_columns_of_the_copula_are_even_and_correlated(tmp_path) -> None:
    import gan
    import numpy as np

    place = gan.copula(tmp_path, 3000, 4)
    codes = np.loadtxt(place / "copula.csv", delimiter=",", skiprows=1, dtype=int)
    assert json.loads((place / "copula-domain.json").read_text()) == dict.fromkeys(["x0", "x1", "x2", "x3"], 8)
    assert codes.shape == (3000, 4) and (np.abs(np.bincount(codes[:, 0], minlength=8) / 3000 - 1 / 8) < 0.03).all()
    found = np.corrcoef(codes.T)[np.triu_indices(4, 1)]
    assert (np.abs(found - 0.58) < 0.08).all()
