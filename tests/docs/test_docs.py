"""Documents that are printed from the program are what the program prints, and links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

import dpsynth
from dpsynth import errors
from dpsynth.domain.domain import Domain
from dpsynth.domain.rules import structural_zeros
from dpsynth.policy.load import load
from dpsynth.policy.schema import schema_json

ROOT = Path(__file__).resolve().parents[2]


def _reference(name: str = "cli_reference"):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_cli_page_is_current() -> None:
    assert (ROOT / "docs/cli.md").read_text() == _reference().reference()


def test_policy_page_is_current_and_names_every_key() -> None:
    page = (ROOT / "docs/policy.md").read_text()
    assert page == _reference("policy_reference").reference()
    blocks = json.loads(schema_json())
    for block in (blocks, *blocks["$defs"].values()):
        for key in block["properties"]:
            assert f"| `{key}` |" in page, f"{block['title']}.{key}"


def test_rules_in_the_policy_page_compile(tmp_path: Path) -> None:
    columns = """\
      sex: {type: category, domain: [f, m], source: doc}
      age: {type: integer, min: 0, max: 99, bins: {edges: [0, 12, 50, 99]}, nullable: true, source: doc}
      pregnant: {type: boolean, nullable: true, source: doc}
      town: {type: category, domain: [Aldo, Bree, Cade], source: doc}
      county: {type: category, domain: [North, South], source: doc}
"""
    head = (ROOT / "policies/rand_hie.yaml").read_text()
    start, end = head.index("      # ---- the plan"), head.index("\nprivacy:")
    (tmp_path / "towns.csv").write_text("from,to\nAldo,North\nBree,North\nCade,North\nCade,South\n")
    examples = re.findall(r"```yaml\n(rules:.*?)```", (ROOT / "docs/policy.md").read_text(), re.S)
    assert len(examples) == 4
    masks = []
    for example in examples:
        text = head[:start] + columns + "".join(f"    {line}\n" for line in example.splitlines()) + head[end:]
        (tmp_path / "p.yaml").write_text(text)
        loaded = load(tmp_path / "p.yaml")
        ((_, mask),) = structural_zeros(loaded, Domain.from_table(loaded.policy.table, loaded.code_lists))
        masks.append(mask.tolist())
    assert masks[2] == masks[3]  # the map and the file say the same


def test_tables_in_the_policy_page_load(tmp_path: Path) -> None:
    head = (ROOT / "policies/rand_hie.yaml").read_text()
    example, panel = re.findall(r"```yaml\n(tables:.*?)```", (ROOT / "docs/policy.md").read_text(), re.S)
    before, after = head[: head.index("tables:")], head[head.index("privacy:") : head.index("signoff:")]
    text = before + example + after
    text = text.replace("max_rows_per_unit: 5", "max_rows_per_unit: 1").replace("clique_tree", "relational")
    (tmp_path / "p.yaml").write_text(text)
    (tmp_path / "atc.csv").write_text("atc,name\nA10BA02,metformin\n")
    assert list(load(tmp_path / "p.yaml").policy.tables) == ["patients", "stays", "labs", "drugs"]
    panel, bound = panel.split("privacy:\n")
    assert bound.strip() == "contribution: {max_rows_per_unit: 1}"
    (tmp_path / "p.yaml").write_text(before + panel + after.replace("max_rows_per_unit: 5", "max_rows_per_unit: 1"))
    assert "score@v1" in load(tmp_path / "p.yaml").policy.table.counted


@pytest.mark.parametrize(("name", "command"), _reference().commands())
def test_every_command_and_option_has_help(name: str, command) -> None:
    assert (command.help or "").strip(), f"{name} has no help"
    for parameter in command.params:
        if parameter.name != "help":
            assert (parameter.help or "").strip(), f"{name} {parameter.name} has no help"


def test_every_exit_code_is_documented() -> None:
    page = (ROOT / "docs/exit-codes.md").read_text()
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.DpsynthError)]
    for kind in classes:
        assert re.search(rf"^\| {kind.exit_code} \| `{kind.__name__}`", page, re.M), kind.__name__
    codes = [kind.exit_code for kind in classes]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_rooms_in_the_architecture_page_are_the_folders() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    rooms = set(re.findall(r"^\| `(\w+)/` \|", page, re.M))
    folders = {p.name for p in (ROOT / "dpsynth").iterdir() if (p / "__init__.py").exists()}
    assert rooms == folders - {"testing"}


def _python(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.S)


def test_python_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    from tests.run.study import Study

    study = Study(tmp_path)
    study.policy.rename(tmp_path / "visits.yaml")
    monkeypatch.chdir(tmp_path)
    example, _ = _python("README.md")
    names = {"frame": pd.read_csv(study.data)}
    study.data.unlink()
    exec(example, names)
    assert len(example.strip().splitlines()) <= 4
    assert list(names["synthetic"].columns) == list(names["frame"].columns)
    assert names["synthetic"]["person"].str.startswith("SYN").all()


def test_python_for_several_tables_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.policy.family import FAMILY, write
    from tests.synth.families.cohort import tables

    start, end = FAMILY.index("  drugs:\n"), FAMILY.index("privacy:")
    text = FAMILY[:start] + FAMILY[end:] + "audit: {runs: 5}\nattacks: {run: [], across: []}\n"
    text = text.replace("      drug: {role: link, references: drugs}\n", "      drug: {role: drop}\n")
    text = text.replace("max_patients: 1000", "max_patients: 1000\n  holdout: {share: 0.1}")
    write(tmp_path, text).rename(tmp_path / "cohort.yaml")
    monkeypatch.chdir(tmp_path)
    _, example = _python("README.md")
    names = {name: source._table.to_pandas() for name, source in tables(200).items()}
    exec(example, names)
    assert len(example.strip().splitlines()) <= 4
    assert names["patients"]["pid"].str.startswith("SYN").all() and set(names["labs"]["stay"]) <= set(
        names["stays"]["stay"]
    )


@pytest.mark.filterwarnings("ignore::UserWarning")  # about what the noise hides in a small study
def test_python_in_the_page_of_sampling_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.run.study import POLICY, Study, rows

    policy = POLICY.replace("id: small", "id: my-release").replace("ward", "diagnosis")
    study = Study(tmp_path / "s", table=rows(people=900), policy_text=policy)
    study.data.write_text(study.data.read_text().replace("ward", "diagnosis", 1))
    study.run()
    (study.folder / "reports/my-release/latest").resolve(strict=True)
    monkeypatch.chdir(study.folder)
    rule, front = _python("docs/sampling.md")
    names = {"estimates": [0.2, 0.3, 0.25], "variances": [0.01, 0.01, 0.01]}
    exec(rule, names)
    assert names["result"].estimate == pytest.approx(0.25)
    exec(front, shown := {})
    assert shown["model"].rows > 100


def test_public_names() -> None:
    assert dpsynth.__all__ == sorted(dpsynth.__all__)
    assert all(hasattr(dpsynth, name) for name in dpsynth.__all__)


def test_the_example_bundle_is_what_its_manifest_says() -> None:
    from dpsynth.release.manifest import verify

    verified = verify(ROOT / "reports/example")
    # A demonstration, which nobody may release: its ledger is thrown away.
    assert verified.manifest["policy_id"] == "rand-hie" and verified.manifest["releasable"] is False
