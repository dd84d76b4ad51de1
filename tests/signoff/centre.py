"""An invented centre: people with keys, a ledger, and finished runs, without the work of running anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from dpsynth.policy.signoff import Signoff
from dpsynth.privacy.ledger import Ledger
from dpsynth.release import inside, manifest
from dpsynth.signoff import custody, keys, review
from dpsynth.signoff.hand import ByInk, ByKey
from dpsynth.signoff.keys import SecretKey
from dpsynth.signoff.standing import Standing

PEOPLE = {
    "Ada Author": ["author"],
    "Carl Checker": ["output_checker"],
    "Cora Checker": ["output_checker"],
    "Dora Dpo": ["dpo"],
    "Otto Officer": ["release_officer"],
    "Will Witness": ["witness"],
    "Wanda Witness": ["witness"],
}


@dataclass
class Centre:
    """A folder with a ledger and runs; `people` are trusted in their roles."""

    folder: Path
    people: dict[str, list[str]] = field(default_factory=lambda: dict(PEOPLE))

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(self.url)
        self.ledger.register("people", "patient", 5.0, 1e-6)
        self.custodian = keys.new()
        custody.trust(self.ledger, self.custodian, self.custodian.public, "Kim Custodian", ["custodian"])
        self.keys: dict[str, SecretKey] = {}
        for name, roles in self.people.items():
            self.add(name, roles)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'ledger.sqlite'}"

    def add(self, name: str, roles: list[str], account: str | None = None) -> SecretKey:
        key = self.keys[name] = keys.new()
        custody.trust(self.ledger, self.custodian, key.public, name, roles, account)
        return key

    def hand(self, name: str) -> ByKey:
        return ByKey(self.keys[name])

    def ink(self, name: str, first: str = "Will Witness", second: str = "Wanda Witness") -> ByInk:
        scan = self.folder / "scan.pdf"
        scan.write_bytes(b"%PDF a signed page")
        return ByInk(name, scan, (self.keys[first], self.keys[second]))

    def run(self, run_id: str = "r1", verdict: Any = "pass", *, private: bool = True, **rules: Any) -> Path:
        """A finished run: three public files, internal facts and report, a manifest, and the ledger's entries."""
        run = self.folder / "reports" / "p" / run_id
        (run / "public" / "data").mkdir(parents=True)
        (run / "internal").mkdir()
        self.ledger.reserve("people", run_id, "p", "0" * 64, Fraction(1, 1000), private=private)
        self.ledger.opened("people", run_id)
        (run / "public/data/SYN_x.csv").write_text(f"a\n{run_id}\n")
        (run / "public/facts.json").write_text("{}")
        (run / "internal/facts.json").write_text(json.dumps({"verdict": {"status": {"value": verdict}}}))
        (run / "internal/report.en.html").write_text("<p>the internal report")
        report, rows = inside.commit(run / "internal", "rows")
        account = self.ledger.statement("people")
        head = {
            "release_id": f"p/{run_id}",
            "policy_id": "p",
            "policy_digest": "0" * 64,
            "releasable": private,
            "signoff": Signoff.model_validate_json(json.dumps(rules)).model_dump(mode="json"),
            "ledger": {"head": account.head, "sequence": account.sequence},
            "internal_commitment": report.digest,
            "source_commitment": rows.digest,
        }
        self.ledger.commit("people", run_id, manifest.write(run / "public", head))
        return run

    # ------------------------------------------------------------------------------------------------ shortcuts

    def standing(self, run: Path) -> Standing:
        return review.standing(run, self.ledger)

    def submit(self, run: Path, name: str = "Ada Author") -> Standing:
        return review.submit(run, self.ledger, self.hand(name))

    def check(self, run: Path, name: str, says: str = "no_objection", reason: str = "") -> Standing:
        return review.check(run, self.ledger, self.hand(name), says, reason)

    def opinion(self, run: Path, says: str = "in_favour", name: str = "Dora Dpo", **more: Any) -> Standing:
        return review.opinion(run, self.ledger, self.hand(name), says, **more)

    def decide(self, run: Path, says: str = "release", name: str = "Otto Officer", **more: Any) -> Standing:
        return review.decide(run, self.ledger, self.hand(name), says, **more)

    def reviewed(self, run: Path) -> Path:
        self.submit(run)
        self.check(run, "Carl Checker")
        self.check(run, "Cora Checker")
        self.opinion(run)
        return run

    def approved(self, run: Path) -> Path:
        self.decide(self.reviewed(run))
        return run

    def released(self, run: Path) -> Path:
        review.release(self.approved(run), self.ledger, self.hand("Otto Officer"))
        return run
