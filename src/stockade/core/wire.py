"""The one codec of the values that travel: into the store, over brokers, to workers.

MessagePack by msgspec: bytes stay bytes, enums are their words, unknown fields are ignored, so an
older reader understands a newer writer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec

from stockade.core.job import Result
from stockade.core.submission import Submission

_encoder = msgspec.msgpack.Encoder()
_submission_decoder = msgspec.msgpack.Decoder(Submission)
_result_decoder = msgspec.msgpack.Decoder(Result)


def encode(value: Submission | Result) -> bytes:
    """The value as bytes."""
    return _encoder.encode(value)


def decode_submission(data: bytes) -> Submission:
    """The submission these bytes stand for. Raises ``ValueError`` for anything else."""
    return _submission_decoder.decode(data)


def decode_result(data: bytes) -> Result:
    """The result these bytes stand for. Raises ``ValueError`` for anything else."""
    return _result_decoder.decode(data)


def to_micros(moment: datetime) -> int:
    """A time of day as whole microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The time of day these microseconds stand for."""
    return _EPOCH + micros * _MICROSECOND


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
