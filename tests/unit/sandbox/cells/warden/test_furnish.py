"""What a box has beyond the cell's root, as the program finds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from stockade.core.errors import SandboxError
from stockade.core.limits import Limits, MiB
from stockade.core.submission import File

pytestmark = pytest.mark.anyio

Shell = Callable[..., Awaitable[str]]

LIMITS = Limits(file_bytes=3 * MiB, memory_bytes=64 * MiB)


@pytest.mark.parametrize(
    ("place", "size_bytes", "inodes"),
    [("/workspace", 3 * MiB, 768), ("/tmp", 3 * MiB, 768), ("/dev/shm", 32 * MiB, None)],
)
async def test_a_writable_place_is_as_large_as_the_limits_say(
    shell: Shell, place: str, size_bytes: int, inodes: int | None
) -> None:
    said = await shell(f"stat -f -c '%b %S %c' {place}", limits=LIMITS)

    blocks, block_bytes, files = (int(word) for word in said.split())
    assert blocks * block_bytes == size_bytes
    # Shared memory has as many as its size asks for; that there is a limit is probed elsewhere.
    assert files == inodes or inodes is None


async def test_the_smallest_workspace_still_takes_some_files(shell: Shell) -> None:
    limits = Limits(file_bytes=64 * 1024)

    said = await shell("stat -f -c %c .; for i in $(seq 50); do : > f$i; done", limits=limits)

    assert int(said) == 64


async def test_files_and_their_folders_belong_to_the_program(shell: Shell) -> None:
    files = (File(name="a/b/plain", content=b"x"), File(name="tool", content=b"y", executable=True))

    said = await shell("stat -c '%n %u %g %a' . a a/b a/b/plain tool", *files)

    assert said.splitlines() == [
        ". 1000 1000 755",
        "a 1000 1000 755",
        "a/b 1000 1000 755",
        "a/b/plain 1000 1000 644",
        "tool 1000 1000 755",
    ]


async def test_what_an_earlier_step_made_belongs_to_nobody_that_the_program_is(
    shell: Shell,
) -> None:
    made = (File(name="d/tool", content=b"x", executable=True),)

    said = await shell(
        "stat -c '%n %u %a' d/tool d; stat -f -c %T .".join(("cd /program; ", "")), program=made
    )

    assert said.splitlines()[:2] == ["d/tool 0 755", "d 0 755"]


async def test_where_nothing_was_made_there_is_no_program_folder_to_write_to(
    shell: Shell,
) -> None:
    assert await shell("ls -A /program; touch /program/x 2>/dev/null || echo no") == "no\n"


async def test_a_large_file_arrives_whole(shell: Shell) -> None:
    content = bytes(range(256)) * 4 * 4096 + b"end"

    assert await shell("wc -c < f; tail -c 3 f", File(name="f", content=content)) == (
        f"{len(content)}\nend"
    )


@pytest.mark.parametrize(
    "files",
    [
        (File(name="a", content=b""), File(name="a", content=b"")),
        (File(name="a", content=b""), File(name="a/b", content=b"")),
        (File(name="../etc/passwd", content=b""),),
        (File(name="../usr/bin/x", content=b""),),
        (File(name="x" * 256, content=b""),),
        (File(name="", content=b""),),
    ],
)
async def test_files_that_cannot_be_placed_are_our_fault(
    shell: Shell, files: tuple[File, ...]
) -> None:
    with pytest.raises(SandboxError):
        await shell("true", *files)

    assert await shell("echo fine") == "fine\n"


@pytest.mark.parametrize("name", ["a\nb", "-rf", " ", "*", "…", "\udcff", "a" * 255])
async def test_an_odd_name_is_a_name_like_any_other(shell: Shell, name: str) -> None:
    assert await shell("cat ./*", File(name=name, content=b"found")) == "found"


async def test_shared_memory_cannot_be_executed(shell: Shell) -> None:
    said = await shell(
        "for d in . /tmp /dev/shm; do echo 'echo ran' > $d/x; chmod +x $d/x;"
        " $d/x 2>/dev/null || echo no; done"
    )

    assert said.split() == ["ran", "ran", "no"]
