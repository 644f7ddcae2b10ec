"""The root that programs see."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

import pytest

from stockade.sandbox.cells.warden.root import HOSTNAME

pytestmark = pytest.mark.anyio

Shell = Callable[..., Awaitable[str]]


async def test_the_root_is_made_of_known_folders(shell: Shell) -> None:
    found = set((await shell("ls /")).split())

    made = {"dev", "etc", "proc", "program", "run", "tmp", "usr", "var", "workspace"}
    assert made <= found
    assert found - made <= {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}


async def test_users_are_those_of_the_box(shell: Shell) -> None:
    said = await shell("cut -d: -f1,3 /etc/passwd; id -un; id -gn")

    assert said.split() == [
        *("root:0", "init:1", "program:1000", "nobody:65534"),
        *("program", "program"),
    ]


async def test_the_machine_has_the_boxes_name(shell: Shell) -> None:
    said = await shell("uname -n; cat /etc/hostname")

    assert said.split() == [HOSTNAME, HOSTNAME]
    assert os.uname().nodename != HOSTNAME


async def test_names_of_this_machine_can_be_looked_up(shell: Shell) -> None:
    said = await shell(f"getent hosts localhost {HOSTNAME}")

    assert "127.0.0.1" in said or "::1" in said


@pytest.mark.parametrize(
    ("device", "expected"),
    [("null", "0"), ("zero", "8"), ("full", "8"), ("random", "8"), ("urandom", "8")],
)
async def test_devices_work(shell: Shell, device: str, expected: str) -> None:
    assert (await shell(f"head -c 8 /dev/{device} | wc -c")).strip() == expected


async def test_what_is_written_to_devices_goes_nowhere(shell: Shell) -> None:
    said = await shell("echo x > /dev/null && echo ok; (echo x > /dev/full) 2>/dev/null || echo no")

    assert said.split() == ["ok", "no"]


async def test_streams_can_be_opened_by_name(shell: Shell) -> None:
    assert await shell("echo one > /dev/stdout; cat /dev/stdin; echo two > /dev/fd/1") == (
        "one\ntwo\n"
    )


async def test_toolchains_are_there_and_cannot_be_changed(shell: Shell) -> None:
    said = await shell("/usr/bin/env echo ran; touch /usr/bin/env 2>/dev/null || echo no")

    assert said.split() == ["ran", "no"]


async def test_the_programs_own_files_are_readable_whatever_the_servers_umask(
    shell: Shell,
) -> None:
    assert await shell("cat /etc/hosts > f; stat -c %a f /etc/hosts") == "644\n644\n"
