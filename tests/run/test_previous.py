"""A release beside the one before it."""

from __future__ import annotations

import json

from dpsynth.report.inputs import Previous
from dpsynth.run.folder import RunFolder
from dpsynth.run.previous import previous
from tests.run.study import Study


def test_a_second_release_knows_the_first_by_its_public_edition(study: Study) -> None:
    first = study.run()
    facts = json.loads((first.folder.public / "facts.json").read_text())
    assert facts["comparison"] == {"previous": {"origin": "config", "value": None}}
    study.edit("epsilon: 2.0", "epsilon: 1.5")
    second = study.run()
    compared = json.loads((second.folder.public / "facts.json").read_text())["comparison"]
    assert compared["previous"]["release_id"]["value"] == f"small/{first.run_id}"
    assert (compared["previous"]["epsilon"]["value"], compared["this"]["epsilon"]["value"]) == (2.0, 1.5)
    assert compared["same_policy"]["value"] is False
    page = (second.folder.public / "report.en.html").read_text()
    assert first.run_id in page and "The policy was changed in between." in page


def test_what_cannot_be_read_is_no_release(study: Study) -> None:
    run = study.run()
    another = RunFolder(run.folder.root.parent / "another")
    assert isinstance(previous(another), Previous)
    facts = run.folder.public / "facts.json"
    whole = facts.read_text()
    for broken in ("", "[]", "{}", whole.replace('"post"', '"real"'), whole.replace('"epsilon_claimed"', '"other"')):
        facts.write_text(broken)
        assert previous(another) is None
    facts.unlink()
    assert previous(another) is None
