"""All that a submission may hold reaches its program, and all that it prints comes back."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Server

MIB = 1024 * 1024


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


def submit(server: Server, **body: object) -> dict[str, Any]:
    """The result of a submission that is accepted as it is."""
    answer = server.http.post("/v1/submissions?wait=25&base64=true", json=body)
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


@pytest.mark.parametrize(
    ("language", "files", "entry"),
    [
        (
            "python",
            {"start.py": "from pack.deep.part import word\nprint(word)", "pack/deep/part.py": ""},
            "start.py",
        ),
        (
            "c",
            {
                "main.c": '#include <stdio.h>\n#include "lib/part.h"\nint main(void){puts(WORD);}',
                "lib/part.h": '#define WORD "from afar"',
            },
            "main.c",
        ),
        ("bash", {"bin/go.sh": "cat data/words.txt", "data/words.txt": "from afar"}, "bin/go.sh"),
    ],
)
def test_files_in_folders_are_found_from_the_entry_point(
    server: Server, language: str, files: dict[str, str], entry: str
) -> None:
    files = {name: content or "word = 'from afar'" for name, content in files.items()}
    sent = [{"name": name, "content": content} for name, content in files.items()]

    job = submit(server, language=language, files=sent, entry=entry)

    assert (job["verdict"], job["run"]["stdout"].strip()) == ("accepted", "from afar"), job


def test_files_as_base64_arrive_byte_by_byte(server: Server) -> None:
    data = bytes(range(256))
    files = [
        {"name": "main.sh", "content_base64": encoded(b"sha256sum < data.bin")},
        {"name": "data.bin", "content_base64": encoded(data)},
    ]

    job = submit(server, language="bash", files=files)

    assert job["run"]["stdout"].split()[0] == hashlib.sha256(data).hexdigest()


def test_arguments_and_variables_arrive_as_they_were_sent(server: Server) -> None:
    source = "import os, sys\nprint(sys.argv[1:], os.environ['GREETING'])"
    args = ["", "two words", "--flag", "$HOME", "ü\n"]

    job = submit(server, language="python", source=source, args=args, env={"GREETING": "Hé 'llo'"})

    assert job["run"]["stdout"] == f"{args!r} Hé 'llo'\n"


def test_no_variable_of_the_server_reaches_a_program(server: Server) -> None:
    job = submit(server, language="bash", source="env", env={"ONLY": "this"})

    names = {line.partition("=")[0] for line in job["run"]["stdout"].splitlines()}
    given = {"PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR"}
    assert names <= {"ONLY", *given} | {"PWD", "SHLVL", "_"}  # the last three are bash's own


@pytest.mark.parametrize("stdin", [b"", b"no newline", b"\x00\xff\xfe\n", bytes(5 * MIB)], ids=len)
def test_input_arrives_byte_by_byte(server: Server, stdin: bytes) -> None:
    job = submit(server, language="bash", source="sha256sum", stdin_base64=encoded(stdin))

    assert job["run"]["stdout"].split()[0] == hashlib.sha256(stdin).hexdigest()


def test_input_that_nobody_reads_harms_nobody(server: Server) -> None:
    job = submit(server, language="bash", source="echo read nothing", stdin="x" * MIB)

    assert (job["verdict"], job["run"]["stdout"]) == ("accepted", "read nothing\n")


def test_output_that_is_not_utf_8_comes_back_in_both_forms(server: Server) -> None:
    source = "printf 'caf\\xe9 \\x00\\xff'; printf '\\xc3' >&2"

    run = submit(server, language="bash", source=source)["run"]

    assert run["stdout"] == "caf\ufffd \x00\ufffd"
    assert b64decode(run["stdout_base64"]) == b"caf\xe9 \x00\xff"
    assert (run["stderr"], b64decode(run["stderr_base64"])) == ("\ufffd", b"\xc3")


def test_of_much_output_head_and_tail_are_kept_and_all_is_counted(server: Server) -> None:
    source = "echo first; head -c 3000000 /dev/zero; echo; echo last"

    run = submit(server, language="bash", source=source)["run"]

    assert run["stdout_truncated"] is True
    assert run["stdout"].startswith("first\n")
    assert run["stdout"].endswith("\nlast\n")
    assert run["stdout_bytes"] == 3_000_000 + len("first\n\nlast\n")
    assert len(b64decode(run["stdout_base64"])) <= MIB + 100
    assert run["stderr_truncated"] is False


@pytest.mark.parametrize(
    ("printed", "expected", "verdict"),
    [
        ("1\n2\n", "1\n2\n", "accepted"),
        ("1  \n2\n\n\n", "1\n2", "accepted"),
        ("1\n2\n", "1\n3\n", "wrong_answer"),
        ("", "1", "wrong_answer"),
        ("1 2", "12", "wrong_answer"),
    ],
)
def test_output_is_compared_line_by_line_with_what_was_expected(
    server: Server, printed: str, expected: str, verdict: str
) -> None:
    job = submit(server, language="bash", source="cat", stdin=printed, expected_output=expected)

    assert job["verdict"] == verdict
    assert job["run"]["ending"] == "exited"


def test_expected_output_never_enters_a_box(server: Server) -> None:
    source = "grep -rs TheAnswer /workspace /program /proc/self/environ /proc/self/cmdline; env"

    job = submit(server, language="bash", source=source, expected_output="TheAnswer")

    assert "TheAnswer" not in job["run"]["stdout"].replace("TheAnswer /workspace", "")
    assert job["verdict"] == "wrong_answer"


def test_a_body_over_the_cap_is_refused_while_it_is_sent(server: Server) -> None:
    def sent() -> Any:  # noqa: ANN401 - a generator of chunks
        yield b'{"language": "bash", "source": "'
        for _ in range(9):
            yield b"#" * MIB
        yield b'"}'

    headers = {"Content-Type": "application/json"}
    answer = server.http.post("/v1/submissions", content=sent(), headers=headers)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert server.run("bash", "echo on")["verdict"] == "accepted"


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(server: Server) -> None:
    body = {"language": "bash", "source": "#" * (8 * MIB)}

    answer = server.http.post("/v1/submissions", json=body)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "cobol", "source": ""}, "language"),
        ({"language": "bash"}, "source"),
        ({"language": "bash", "source": "", "limits": {"cpu_time_s": 9999}}, "limits.cpu_time_s"),
        ({"language": "bash", "files": [{"name": "../a", "content": ""}]}, "files[0].name"),
        ({"language": "bash", "source": "", "stdin_base64": "%"}, "stdin_base64"),
        ({"language": "bash", "source": "", "sdtin": ""}, "sdtin"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_accepted_is_refused_by_the_name_of_its_field(
    server: Server, body: dict[str, object], field: str
) -> None:
    answer = server.http.post("/v1/submissions", json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
