"""The key register: who vouches, who revokes, what the ledger's order decides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dpsynth import _files
from dpsynth.errors import LedgerError, SignoffError, UsageError
from dpsynth.privacy.ledger import Ledger
from dpsynth.signoff import custody, dsse, keys, register
from dpsynth.signoff.register import TrustedKey, person, trust_payload
from dpsynth.signoff.statement import Moment
from tests.signoff.centre import Centre


@pytest.fixture
def book(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield ledger
    ledger.close()


def test_the_first_key_is_a_custodians_own(book: Ledger) -> None:
    kim, ada = keys.new(), keys.new()
    with pytest.raises(SignoffError, match="first key must be a custodian"):
        custody.trust(book, kim, kim.public, "Kim", ["dpo"])
    with pytest.raises(SignoffError, match="does not fit"):
        custody.trust(book, ada, kim.public, "Kim", ["custodian"])
    trusted = custody.trust(book, kim, kim.public, "Kim", ["custodian"])
    assert trusted.since == 1 and trusted.vouched_by == "Kim"
    with pytest.raises(SignoffError, match="not in the key register"):
        custody.trust(book, ada, ada.public, "Ada", ["custodian"])
    assert custody.trust(book, kim, ada.public, " Ada  Lovelace ", ["author", "witness"], "ada").name == "Ada Lovelace"
    assert [k.name for k in custody.registered(book).keys] == ["Kim", "Ada Lovelace"]
    assert book.verify() == 2


@pytest.mark.parametrize(
    ("name", "roles", "error"),
    [
        ("Ada", ["king"], UsageError),
        ("Ada", [], SignoffError),
        ("Ada", ["dpo", "dpo"], SignoffError),
        ("Ada", ["custodian", "dpo"], SignoffError),
        ("  ", ["dpo"], SignoffError),
        ("A\x1b[2Ja", ["dpo"], SignoffError),
    ],
)
def test_what_cannot_be_entered(centre: Centre, name: str, roles: list[str], error: type) -> None:
    before = centre.ledger.verify()
    with pytest.raises(error):
        custody.trust(centre.ledger, centre.custodian, keys.new().public, name, roles)
    assert centre.ledger.verify() == before


def test_only_custodians_vouch(centre: Centre) -> None:
    with pytest.raises(SignoffError, match="counts as dpo, not as custodian"):
        custody.trust(centre.ledger, centre.keys["Dora Dpo"], keys.new().public, "Eve", ["dpo"])


def test_a_revoked_key_never_comes_back(centre: Centre) -> None:
    dora = centre.keys["Dora Dpo"].public
    gone = custody.revoke(centre.ledger, centre.custodian, dora.key_id[:8], "left the centre")
    assert gone.reason == "left the centre" and gone.until == centre.ledger.verify()
    for again in (
        lambda: custody.trust(centre.ledger, centre.custodian, dora, "Dora Dpo", ["dpo"]),
        lambda: custody.revoke(centre.ledger, centre.custodian, dora.key_id, "again"),
    ):
        with pytest.raises(SignoffError, match="already"):
            again()
    with pytest.raises(SignoffError, match="was revoked on"):
        custody.registered(centre.ledger).demand(dora.key_id, "dpo", gone.until + 1)


def test_who_may_revoke(centre: Centre) -> None:
    dora, otto = centre.keys["Dora Dpo"], centre.keys["Otto Officer"]
    with pytest.raises(SignoffError, match="not as custodian"):
        custody.revoke(centre.ledger, otto, dora.public.key_id, "envy")
    with pytest.raises(SignoffError, match="needs a reason"):
        custody.revoke(centre.ledger, dora, dora.public.key_id, " ")
    with pytest.raises(SignoffError, match="not in the key register"):
        custody.revoke(centre.ledger, keys.new(), dora.public.key_id, "theft")
    assert custody.revoke(centre.ledger, dora, dora.public.key_id, "stolen").until
    with pytest.raises(SignoffError, match="last custodian"):
        custody.revoke(centre.ledger, centre.custodian, centre.custodian.public.key_id, "lost")
    second = keys.new()
    custody.trust(centre.ledger, centre.custodian, second.public, "Kai", ["custodian"])
    custody.revoke(centre.ledger, second, centre.custodian.public.key_id, "lost")
    with pytest.raises(SignoffError, match="was revoked"):
        custody.trust(centre.ledger, centre.custodian, keys.new().public, "Eve", ["dpo"])


@pytest.mark.parametrize("prefix", ["", "1234567", "zzzzzzzz", "0" * 64])
def test_a_key_is_named_by_enough_of_its_fingerprint(centre: Centre, prefix: str) -> None:
    with pytest.raises(SignoffError, match="No single key"):
        custody.by_prefix(custody.registered(centre.ledger), prefix)


def test_a_key_counts_between_its_entries() -> None:
    key = TrustedKey(keys.new().public, "A", ("dpo",), None, 5, "", "Kim", until=9)
    assert [n for n in range(12) if key.counts("dpo", n)] == [6, 7, 8]
    assert not key.counts("author", 6)


def test_an_entry_that_somebody_wrote_around_the_program_is_found(centre: Centre) -> None:
    """Whoever can write the file can append to the chain, but cannot sign as a custodian."""
    eve = keys.new()
    payload = trust_payload(eve.public, "Dora Dpo", ("dpo",), None, "Kim Custodian", Moment(1, "0" * 64))
    forged = dsse.seal(payload, [eve])
    centre.ledger.record("trust", None, None, lambda entries: {"envelope": forged.to_json()})
    assert centre.ledger.verify()
    with pytest.raises(LedgerError, match="about a key, was not written by dpsynth"):
        custody.registered(centre.ledger)
    other = Centre(centre.folder / "other")
    other.ledger.record("revocation", None, None, lambda entries: {"anything": 1})
    with pytest.raises(LedgerError, match="about a key"):
        custody.registered(other.ledger)


def test_a_statement_from_another_ledger_does_not_count(centre: Centre, tmp_path: Path) -> None:
    other = Ledger(f"sqlite:///{tmp_path / 'rehearsal.sqlite'}")
    custody.trust(other, centre.custodian, centre.custodian.public, "Kim Custodian", ["custodian"])
    custody.trust(other, centre.custodian, keys.new().public, "Tess Test", ["dpo", "release_officer"])
    copied = other.entries()[-1].body
    other.close()
    centre.ledger.record("trust", None, None, lambda _: copied)
    with pytest.raises(LedgerError, match="not signed on this ledger"):
        custody.registered(centre.ledger)


def test_a_copy_of_the_register_stands_for_itself(centre: Centre) -> None:
    custody.revoke(centre.ledger, centre.custodian, centre.keys["Dora Dpo"].public.key_id, "left")
    copied = _files.indented_json(register.to_json(centre.ledger.entries()))
    assert register.from_json(copied) == custody.registered(centre.ledger)
    value = json.loads(copied)
    for change in (
        lambda v: v["statements"].pop(0),
        lambda v: v["statements"].reverse(),
        lambda v: v["statements"][1].update(sequence="2"),
        lambda v: v["statements"][1]["envelope"]["signatures"][0].update(sig="AAAA"),
        lambda v: v.update(schema="x"),
        lambda v: v.pop("statements"),
    ):
        wrong = json.loads(copied)
        change(wrong)
        with pytest.raises(SignoffError):
            register.from_json(_files.indented_json(wrong))
    assert value == json.loads(copied)
    for wrong in (b"", b"[]", b"{", b"\xff"):
        with pytest.raises(SignoffError):
            register.from_json(wrong)


def test_one_person_has_one_name() -> None:
    assert person("  Dora   DPO ") == person("dora dpo") == person("Ｄora dpo")
    assert person("Dora") != person("Dore")
