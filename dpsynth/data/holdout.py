"""Who a row belongs to, and on which side that person stands: both from the id and a secret key alone.

A person is known by the first 16 bytes of HMAC-SHA256(key, id); the raw id does not survive. The first 8 of them, as
a number in [0, 1), decide the side, so that nobody's side depends on anybody else, on order or on size.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dpsynth.policy.people import Holdout

Words = np.ndarray[Any, np.dtype[np.uint64]]

Mask = np.ndarray[Any, np.dtype[np.bool_]]

Normalise = Literal["exact", "strip", "strip_upper"]

_BLOCK = 64  # bytes of a SHA-256 block


@dataclass(frozen=True)
class People:
    """Who each row belongs to.

    Attributes:
        high: first 8 bytes of the digest of each row's person, shape (rows,).
        low: the next 8 bytes, shape (rows,).
        known: rows whose id is there; the others belong to nobody and are dropped, shape (rows,).
    """

    high: Words
    low: Words
    known: Mask


def is_id(kind: pa.DataType) -> bool:
    """Whether a column of this type may hold ids: text, numbers, booleans, or nothing at all."""
    t = pa.types
    return bool(
        t.is_string(kind)
        or t.is_large_string(kind)
        or t.is_string_view(kind)
        or t.is_integer(kind)
        or t.is_floating(kind)
        or t.is_decimal(kind)
        or t.is_boolean(kind)
        or t.is_null(kind)
    )


def people(column: pa.Array, key: bytes, normalise: Normalise, missing: frozenset[str]) -> People:
    """The person of each row.

    Args:
        column: ids, one a row, of a type that `is_id` accepts.
        key: secret key of the population.
        normalise: how spellings of one id are made the same (see `normalised`).
        missing: texts that mean missing.
    """
    encoded = column.dictionary_encode()
    texts = normalised(encoded.dictionary, normalise, missing).to_pylist()
    place = pc.fill_null(encoded.indices, len(texts)).to_numpy(zero_copy_only=False)
    known = np.array([text is not None for text in texts] + [False])
    digests = np.zeros((len(texts) + 1, 2), np.uint64)
    digests[known] = np.frombuffer(_digests([t.encode() for t in texts if t is not None], key), ">u8").reshape(-1, 2)
    return People(digests[place, 0], digests[place, 1], known[place])


def normalised(ids: pa.Array, normalise: Normalise, missing: frozenset[str]) -> pa.Array:
    """Ids as text; null where there is none.

    Whole numbers of any type become their digits, so 7, 7.0 and "7" are the same id. `exact` changes no text. `strip`
    removes white space around it and the ".0" that a whole number carries when a column of numbers with gaps was
    written as text ("7.0" is 7). `strip_upper` also ignores case. Leading zeros always count. An id that is empty,
    white space only, not a number in a column of numbers, or in `missing` is no id.
    """
    kind = ids.type
    if pa.types.is_null(kind):
        return pa.nulls(len(ids), pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        ids = pa.array([_number_as_text(cell) for cell in ids.to_pylist()], pa.string())
    texts = ids.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(texts)
    absent = pc.is_in(trimmed, pa.array(sorted({"", *missing}), pa.string()))
    if normalise != "exact":
        texts = pc.replace_substring_regex(trimmed, r"\A(-?[0-9]+)\.0\z", r"\1")
    if normalise == "strip_upper":
        texts = pc.utf8_upper(texts)
    return pc.if_else(absent, pa.scalar(None, pa.string()), texts)


def sides(high: Words, holdout: Holdout) -> tuple[Mask, Mask]:
    """Whether each person is in control, and whether in reference; neither is train.

    With x = high / 2^64: x < share·control is control, else x < share is reference, else train.

    Args:
        high: first 8 bytes of the digests, shape (people,).
        holdout: the shares.

    Returns:
        Two boolean arrays of shape (people,).
    """
    share, control = Fraction(repr(holdout.share)), Fraction(repr(holdout.control))
    in_control = high < np.uint64(int(share * control * 2**64))
    return in_control, ~in_control & (high < np.uint64(int(share * 2**64)))


def _number_as_text(cell: Any) -> str | None:
    """A float or decimal as text; None when it is not a finite number."""
    if cell is None or not math.isfinite(cell):
        return None
    if cell == int(cell):
        return str(int(cell))
    return f"{cell:f}".rstrip("0") if isinstance(cell, Decimal) else repr(cell)


def _digests(messages: list[bytes], key: bytes) -> bytes:
    """The first 16 bytes of HMAC-SHA256 of each message, one after the other.

    The two keyed halves of HMAC (RFC 2104) are hashed once and copied, which is twice as fast as `hmac.digest`.
    """
    padded = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded))
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded))
    parts = []
    for message in messages:
        first, second = inner.copy(), outer.copy()
        first.update(message)
        second.update(first.digest())
        parts.append(second.digest()[:16])
    return b"".join(parts)
