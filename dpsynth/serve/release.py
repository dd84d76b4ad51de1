"""What a run, or a bundle, says of itself: read from its files, and never an error.

A folder that is half-finished or damaged is a value like any other, with the reason in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from dpsynth.release.manifest import MANIFEST
from dpsynth.report.document import SCHEMA_VERSION
from dpsynth.report.facts import ALL_ORIGINS, PUBLIC_ORIGINS, values
from dpsynth.serve.shelf import EDITIONS, Edition, Key, Place

Condition = Literal["complete", "bundle", "failed", "unfinished", "broken", "foreign"]
"""complete: a run that ended well. bundle: public edition only. failed: a run that ended with an error. unfinished: it
goes on, or its process was killed. broken: it says that it ended well, but something is missing or damaged. foreign:
nothing of a run is in the folder."""

_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T\d{6}Z")


@dataclass(frozen=True)
class Verdict:
    """What the rules of one edition said.

    Attributes:
        status: pass, review or block.
        to_judge: points that need a judgement.
        blocking: points that block.
    """

    status: str
    to_judge: int
    blocking: int


@dataclass(frozen=True)
class Release:
    """A run or a bundle.

    Attributes:
        place: where it lies.
        condition: whether it can be looked at.
        why: what is missing or damaged, an id of a sentence; empty where nothing is.
        exit_code: of a run that failed.
        charged: whether a run that failed had opened the data, so that its charge stands.
        title: by language.
        date: ISO date, or empty where nothing tells.
        population: the people, or empty.
        rehearsal: whether it was made of invented people.
        epsilon, delta: what was claimed.
        verdicts: by edition.
        facts: bare values of facts.json, by edition.
        manifest: content of the manifest.
        manifest_digest: SHA-256 of it, as hex.
    """

    place: Place
    condition: Condition
    why: str = ""
    exit_code: int | None = None
    charged: bool = False
    title: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    population: str = ""
    rehearsal: bool = False
    epsilon: float | None = None
    delta: float | None = None
    verdicts: Mapping[Edition, Verdict] = field(default_factory=dict)
    facts: Mapping[Edition, dict[str, Any]] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    manifest_digest: str = ""

    @property
    def key(self) -> Key:
        """Names of the policy and of the run."""
        return self.place.key

    @property
    def best(self) -> dict[str, Any]:
        """The facts of the edition that says most.

        Raises:
            KeyError: there are none.
        """
        return self.facts["internal"] if "internal" in self.facts else self.facts["public"]


class _DamagedError(ValueError):
    """What a file should hold is not in it; the message is the id of a sentence."""


def read(place: Place) -> Release:
    """What lies there, as far as it can be told."""
    stamp = _STAMP.search(place.key[1])
    date = "-".join(stamp.groups()) if stamp else ""
    if not place.is_run:
        return Release(place, "foreign", date=date)
    try:
        if place.key[1]:
            if "run.json" not in place.files:
                return Release(place, "unfinished", date=date)
            state = _json(place, "run.json", "broken.state")[1]
            if state.get("state") != "complete":
                code = state.get("exit_code")
                known = code if isinstance(code, int) else None
                return Release(place, "failed", exit_code=known, charged=state.get("charged") is True, date=date)
        return _complete(place)
    except _DamagedError as damage:
        return Release(place, "broken", str(damage), date=date)


def _complete(place: Place) -> Release:
    needed: tuple[Edition, ...] = EDITIONS if place.key[1] else ("public",)
    content, manifest = _json(place, f"public/{MANIFEST}", "broken.manifest")
    facts = {edition: _facts(place, edition) for edition in needed}
    for edition in needed:
        if not place.languages(edition):
            raise _DamagedError(f"broken.report.{edition}")
    try:
        public, identity = facts["public"], facts["public"]["identity"]
        return Release(
            place,
            "complete" if place.key[1] else "bundle",
            title={str(k): str(v) for k, v in public["purpose"]["title"].items()} or {"en": place.key[0]},
            date=str(identity["run_date"]),
            population=str(identity["population"]),
            rehearsal=identity["rehearsal"] is not False,
            epsilon=float(public["privacy"]["epsilon_claimed"]),
            delta=float(public["privacy"]["delta"]),
            verdicts={edition: _verdict(f["verdict"]) for edition, f in facts.items()},
            facts=facts,
            manifest=manifest,
            manifest_digest=hashlib.sha256(content).hexdigest(),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _DamagedError("broken.facts.public") from None


def _verdict(told: Mapping[str, Any]) -> Verdict:
    if told["status"] not in ("pass", "review", "block"):
        raise ValueError("status")
    return Verdict(told["status"], int(told["to_judge"]), int(told["blocking"]))


def _facts(place: Place, edition: Edition) -> dict[str, Any]:
    """The bare values of an edition; the public one must hold nothing that may not leave."""
    sentence = f"broken.facts.{edition}"
    encoded = _json(place, f"{edition}/facts.json", sentence)[1]
    try:
        told: dict[str, Any] = values(encoded, PUBLIC_ORIGINS if edition == "public" else ALL_ORIGINS)
        if told["edition"] != edition or told["schema_version"] != SCHEMA_VERSION:
            raise ValueError("edition")
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _DamagedError(sentence) from None
    return told


def _json(place: Place, name: str, sentence: str) -> tuple[bytes, dict[str, Any]]:
    try:
        content = place.read(name)
        value = json.loads(content, parse_constant=_refuse)
    except (KeyError, OSError, ValueError, RecursionError):
        raise _DamagedError(sentence) from None
    if not isinstance(value, dict):
        raise _DamagedError(sentence)
    return content, value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
