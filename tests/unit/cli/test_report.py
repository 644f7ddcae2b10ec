from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from stockade.cli.exits import ExitCode
from stockade.cli.report import show, told
from stockade.core.verdict import Verdict

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Make, Screen

    Screens = Callable[..., tuple[Screen, Screen]]


@pytest.mark.parametrize("verdict", Verdict)
def test_only_an_accepted_program_was_right(
    make_job: Make, screens: Screens, verdict: Verdict
) -> None:
    screens(are_terminals=False)

    code = show(make_job(verdict=verdict.value), as_json=False)

    assert code is (ExitCode.DONE if verdict == "accepted" else ExitCode.PROGRAM_FAILED)


@pytest.mark.parametrize("as_json", [True, False])
def test_a_job_that_we_failed_at_is_our_fault(
    make_job: Make, screens: Screens, as_json: bool
) -> None:
    out, err = screens(are_terminals=False)
    failed = make_job(state="failed", verdict=None, run=None, failure="The disk is full.")

    assert show(failed, as_json=as_json) is ExitCode.OUR_FAULT

    said = out.bytes_written if as_json else err.bytes_written
    assert b"The disk is full." in said


def test_a_cancelled_job_is_told_as_such(make_job: Make, screens: Screens) -> None:
    _, err = screens(are_terminals=False)

    code = show(make_job(state="cancelled", verdict=None, run=None), as_json=False)

    assert (code, err.bytes_written) == (ExitCode.PROGRAM_FAILED, b"cancelled\n")


def test_the_report_is_what_the_program_wrote_and_one_line_of_ours(
    make_job: Make, make_run: Make, screens: Screens
) -> None:
    out, err = screens(are_terminals=False)

    show(make_job(run=make_run(b"out\n", b"err\n")), as_json=False)

    assert out.bytes_written == b"out\n"
    assert err.bytes_written == (b"err\naccepted  exited 0  12.3 ms CPU  56.8 ms wall  3.0 MiB\n")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"ending": "exited", "exit_code": 3}, b"exited 3  "),
        ({"ending": "signalled", "exit_code": None, "signal": "SIGSEGV"}, b"signalled SIGSEGV  "),
        ({"ending": "memory_limit", "exit_code": None}, b"memory_limit  "),
    ],
)
def test_how_it_ended_is_told_with_its_code_or_signal(
    make_job: Make, make_run: Make, screens: Screens, how: dict[str, object], words: bytes
) -> None:
    _, err = screens(are_terminals=False)

    show(make_job(verdict="runtime_error", run=make_run(**how)), as_json=False)

    assert err.bytes_written.startswith(b"runtime_error  " + words)


def test_of_a_compile_error_the_compilers_words_and_figures_are_told(
    make_job: Make, make_run: Make, screens: Screens
) -> None:
    _, err = screens(are_terminals=False)
    compiled = make_run(stderr=b"main.c:1: error\n", exit_code=1)

    show(make_job(verdict="compile_error", compile=compiled, run=None), as_json=False)

    assert err.bytes_written.startswith(b"main.c:1: error\ncompile_error  exited 1  12.3 ms")


def test_a_warning_of_the_compiler_comes_before_what_the_program_wrote(
    make_job: Make, make_run: Make, screens: Screens
) -> None:
    _, err = screens(are_terminals=False)
    job = make_job(compile=make_run(stderr=b"warning\n"), run=make_run(stderr=b"running\n"))

    show(job, as_json=False)

    assert err.bytes_written.startswith(b"warning\nrunning\naccepted  ")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (b"plain\n\ttext\n", "plain\n\ttext\n"),
        ("Grüße, 世界 🙂".encode(), "Grüße, 世界 🙂"),
        (b"\x1b[2J", "\ufffd[2J"),
        (b"\x1b]0;title\x07", "\ufffd]0;title\ufffd"),
        ("\x9b2J\x9d\x85".encode(), "\ufffd2J\ufffd\ufffd"),
        (b"\x00\x08\x0b\x0c\r\x7f", "\ufffd" * 6),
        (b"\xff\xc3", "\ufffd\ufffd"),
    ],
)
def test_a_terminal_is_shown_text_and_nothing_else(
    make_job: Make, make_run: Make, screens: Screens, written: bytes, shown: str
) -> None:
    out, err = screens(are_terminals=True)

    show(make_job(run=make_run(written, written)), as_json=False)

    assert out.bytes_written.decode() == shown
    assert err.bytes_written.decode().startswith(shown)


def test_a_pipe_is_given_the_bytes_as_they_are(
    make_job: Make, make_run: Make, screens: Screens
) -> None:
    out, _ = screens(are_terminals=False)
    every_byte = bytes(range(256))

    show(make_job(run=make_run(every_byte)), as_json=False)

    assert out.bytes_written == every_byte


def test_as_json_all_is_told_in_a_form_that_no_terminal_obeys(
    make_job: Make, make_run: Make, screens: Screens
) -> None:
    out, err = screens(are_terminals=True)
    job = make_job(run={**make_run(b"\x1b[2J"), "stdout": "\x1b[2J\x9b"})

    code = show(job, as_json=True)

    assert code is ExitCode.DONE
    assert json.loads(out.bytes_written) == job
    assert not {0x1B, 0x9B, 0xC2} & set(out.bytes_written)
    assert err.bytes_written == b""


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (
            {
                "title": "T",
                "detail": "D",
                "errors": [
                    {"field": "entry", "problem": "None.", "fix": "Add."},
                    {"field": "args", "problem": "Many.", "fix": "Fewer."},
                ],
            },
            "entry: None. Add.\nargs: Many. Fewer.",
        ),
        ({"title": "T", "detail": "D", "errors": []}, "D"),
        ({"title": "T"}, "T"),
    ],
)
def test_a_problem_is_told_field_by_field_or_as_a_whole(
    problem: dict[str, object], words: str
) -> None:
    assert told(problem) == words
