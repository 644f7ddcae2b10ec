from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.core.job import Result
from stockade.core.limits import Limits
from stockade.core.run import Output, Run, Usage
from stockade.core.submission import File, Submission
from stockade.core.wire import (
    decode_result,
    decode_submission,
    encode,
    from_micros,
    to_micros,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

amounts = st.integers(min_value=0, max_value=2**63 - 1)
figures = st.floats(allow_nan=False)
limits = st.builds(
    Limits,
    cpu_time_s=figures,
    wall_time_s=figures,
    memory_bytes=amounts,
    output_bytes=amounts,
    file_bytes=amounts,
    processes=amounts,
    cpus=figures,
)
# Texts and bytes are left to the types: any that UTF-8 can carry, and any at all.
submissions = st.builds(Submission, limits=limits, compile_limits=limits)
outputs = st.builds(Output, produced_bytes=amounts)
usages = st.builds(
    Usage, cpu_ms=figures, wall_ms=figures, memory_bytes=amounts, processes_peak=amounts
)
runs = st.builds(
    Run,
    exit_code=st.none() | st.integers(0, 255),
    stdout=outputs,
    stderr=outputs,
    usage=usages,
)
moments = st.integers(0, 7 * 10**15).map(lambda micros: EPOCH + timedelta(microseconds=micros))
results = st.builds(Result, compile=st.none() | runs, run=st.none() | runs)


@given(submissions)
def test_any_submission_comes_back_as_it_went(submission: Submission) -> None:
    assert decode_submission(encode(submission)) == submission


@given(results)
def test_any_result_comes_back_as_it_went(result: Result) -> None:
    assert decode_result(encode(result)) == result


@given(st.binary(max_size=200))
def test_what_is_no_submission_is_refused_as_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode_submission(data)


def test_a_field_of_a_newer_writer_is_ignored() -> None:
    submission = Submission(language="c", files=(File(name="a.c", content=b"\xff\0"),), entry="a.c")
    newer = msgspec.msgpack.decode(encode(submission)) | {"colour": "blue"}

    assert decode_submission(msgspec.msgpack.encode(newer)) == submission


def test_a_truncated_result_is_refused() -> None:
    with pytest.raises(ValueError, match="truncated"):
        decode_result(b"\x81")


@given(moments)
def test_a_time_survives_to_the_microsecond(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment


def test_the_same_moment_in_another_zone_is_the_same_number() -> None:
    moment = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert to_micros(moment.astimezone(timezone(timedelta(hours=5)))) == to_micros(moment)
