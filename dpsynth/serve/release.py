"""What a run, or a bundle, says of itself: read from its files, and never an error.

A folder that is half-finished or damaged is a value like any other, with the reason in it.
"""

from __future__ import annotations

import hashlib
import json
import math
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

_KNOWN: dict[tuple[str, ...], tuple[Told, Mapping[Edition, Verdict]]] = {}
"""What was read before, by the digests of manifest and facts: a list of many releases is shown often."""
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T\d{6}Z")


@dataclass(frozen=True)
class Verdict:
    """What the rules of one edition said.

    Attributes:
        status: pass, review or block.
        to_judge: points that need a judgement.
        blocking: points that block.
        rules: rules that were applied.
    """

    status: str
    to_judge: int
    blocking: int
    rules: int


@dataclass(frozen=True)
class Told:
    """What the public facts and the manifest say of a release, in a form that pages can rely on.

    Attributes:
        title, purpose: by language.
        controller, audience: who releases, to whom.
        date: ISO date of the run.
        population, snapshot: the people, and which extract of their data.
        rehearsal: whether it was made of invented people.
        mechanism: registered name.
        unit: whom the promise protects.
        epsilon, delta: the promise.
        rows, columns: of the synthetic table.
        policy_digest, manifest_digest: SHA-256, as hex.
        sequence: number of the ledger's newest entry when it was made.
    """

    title: Mapping[str, str]
    purpose: Mapping[str, str]
    controller: str
    audience: str
    date: str
    population: str
    snapshot: str
    rehearsal: bool
    mechanism: str
    unit: str
    epsilon: float
    delta: float
    rows: int
    columns: int
    policy_digest: str
    manifest_digest: str
    sequence: int


@dataclass(frozen=True)
class Release:
    """A run or a bundle.

    Attributes:
        place: where it lies.
        condition: whether it can be looked at.
        date: ISO date, or empty where nothing tells.
        why: what is missing or damaged, an id of a sentence; empty where nothing is.
        exit_code: of a run that failed.
        charged: whether a run that failed had opened the data, so that its charge stands.
        told: what it says of itself; None where it cannot be looked at.
        verdicts: by edition.
    """

    place: Place
    condition: Condition
    date: str
    why: str = ""
    exit_code: int | None = None
    charged: bool = False
    told: Told | None = None
    verdicts: Mapping[Edition, Verdict] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Names of the policy and of the run."""
        return self.place.key

    @property
    def order(self) -> tuple[str, str, int]:
        """Older before newer: by date, by the time in the name, and within a second by the ledger."""
        stamp = _STAMP.search(self.place.key[1])
        return self.date, stamp[0] if stamp else "", self.told.sequence if self.told else 0


class _DamagedError(ValueError):
    """What a file should hold is not in it; the message is the id of a sentence."""


def read(place: Place) -> Release:
    """What lies there, as far as it can be told."""
    stamp = _STAMP.search(place.key[1])
    date = "-".join(stamp.groups()) if stamp else ""
    if not place.is_run:
        return Release(place, "foreign", date)
    try:
        if place.key[1]:
            if "run.json" not in place.files:
                return Release(place, "unfinished", date)
            state = _object(_content(place, "run.json", "broken.state"), "broken.state")
            if state.get("state") != "complete":
                code = state.get("exit_code")
                known = code if isinstance(code, int) else None
                return Release(place, "failed", date, exit_code=known, charged=state.get("charged") is True)
        return _complete(place)
    except _DamagedError as damage:
        return Release(place, "broken", date, str(damage))


def facts(release: Release, edition: Edition) -> dict[str, Any]:
    """The bare values of an edition's facts.

    Raises:
        ValueError: they have gone, or were damaged since the release was read.
    """
    return _values(_content(release.place, f"{edition}/facts.json", f"broken.facts.{edition}"), edition)


def _complete(place: Place) -> Release:
    needed: tuple[Edition, ...] = EDITIONS if place.key[1] else ("public",)
    manifest = _content(place, f"public/{MANIFEST}", "broken.manifest")
    contents = {e: _content(place, f"{e}/facts.json", f"broken.facts.{e}") for e in needed}
    for edition in needed:
        if not place.languages(edition):
            raise _DamagedError(f"broken.report.{edition}")
    digests = tuple(hashlib.sha256(content).hexdigest() for content in (manifest, *contents.values()))
    if digests not in _KNOWN:
        bare = {edition: _values(content, edition) for edition, content in contents.items()}
        fresh = _told(bare["public"], _object(manifest, "broken.manifest"), digests[0])
        _KNOWN[digests] = fresh, {edition: _verdict(f, edition) for edition, f in bare.items()}
    told, verdicts = _KNOWN[digests]
    return Release(place, "complete" if place.key[1] else "bundle", told.date, told=told, verdicts=verdicts)


def _told(f: dict[str, Any], manifest: dict[str, Any], digest: str) -> Told:
    try:
        sequence = int(manifest["ledger"]["sequence"])
    except (KeyError, TypeError, ValueError):
        raise _DamagedError("broken.manifest") from None
    try:
        identity, purpose, contents, privacy = f["identity"], f["purpose"], f["contents"], f["privacy"]
        return Told(
            title=_texts(purpose["title"]),
            purpose=_texts(purpose["purpose"]),
            controller=str(purpose["controller"]),
            audience=str(purpose["audience"]),
            date=str(identity["run_date"]),
            population=str(identity["population"]),
            snapshot=str(identity["snapshot"]),
            rehearsal=identity["rehearsal"] is not False,
            mechanism=str(contents["mechanism"]),
            unit=str(privacy["unit"]),
            epsilon=_number(privacy["epsilon_claimed"], math.inf),
            delta=_number(privacy["delta"], 1.0),
            rows=int(contents["synthetic_rows"]),
            columns=int(contents["columns"]),
            policy_digest=str(identity["policy_digest"]),
            manifest_digest=digest,
            sequence=sequence,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise _DamagedError("broken.facts.public") from None


def _number(value: Any, below: float) -> float:
    number = float(value)
    if not 0 <= number < below:
        raise ValueError("out of range")
    return number


def _texts(value: Any) -> dict[str, str]:
    texts = {str(language): str(text) for language, text in value.items()}
    if not texts:
        raise ValueError("no text")
    return texts


def _verdict(f: dict[str, Any], edition: Edition) -> Verdict:
    try:
        told = f["verdict"]
        if told["status"] not in ("pass", "review", "block"):
            raise ValueError("status")
        return Verdict(told["status"], int(told["to_judge"]), int(told["blocking"]), len(told["findings"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _DamagedError(f"broken.facts.{edition}") from None


def _values(content: bytes, edition: Edition) -> dict[str, Any]:
    """The bare values of an edition; the public one must hold nothing that may not leave."""
    sentence = f"broken.facts.{edition}"
    encoded = _object(content, sentence)
    try:
        told: dict[str, Any] = values(encoded, PUBLIC_ORIGINS if edition == "public" else ALL_ORIGINS)
        if told["edition"] != edition or told["schema_version"] != SCHEMA_VERSION:
            raise ValueError("edition")
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _DamagedError(sentence) from None
    return told


def _content(place: Place, name: str, sentence: str) -> bytes:
    try:
        return place.read(name)
    except (KeyError, OSError):
        raise _DamagedError(sentence) from None


def _object(content: bytes, sentence: str) -> dict[str, Any]:
    try:
        value = json.loads(content, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _DamagedError(sentence) from None
    if not isinstance(value, dict):
        raise _DamagedError(sentence)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
