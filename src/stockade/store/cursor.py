"""The place in an owner's list where the next page starts, as a word that clients hand back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from stockade.core.errors import InvalidSubmission

_SEQUENCE = struct.Struct(">Q")
_CHECK_BYTES = 4


def encode_cursor(owner: str, sequence: int) -> str:
    """The cursor of what comes after the job with this sequence number."""
    place = _SEQUENCE.pack(sequence)
    return base64.urlsafe_b64encode(place + _check(owner, place)).decode("ascii")


def decode_cursor(owner: str, cursor: str) -> int:
    """The sequence number in a cursor. Raises ``InvalidSubmission`` unless we made it for them."""
    try:
        data = base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise _foreign() from error
    place, check = data[: _SEQUENCE.size], data[_SEQUENCE.size :]
    if len(place) != _SEQUENCE.size or check != _check(owner, place):
        raise _foreign()
    return int(_SEQUENCE.unpack(place)[0])


def _check(owner: str, place: bytes) -> bytes:
    # Tells a mistake from a cursor. It is no secret and guards nothing: lists are by owner anyway.
    return hashlib.blake2s(owner.encode() + place, digest_size=_CHECK_BYTES).digest()


def _foreign() -> InvalidSubmission:
    return InvalidSubmission(
        "cursor",
        "This cursor does not belong to this list.",
        "Use the next_cursor of the page before, or none for the first page.",
    )
