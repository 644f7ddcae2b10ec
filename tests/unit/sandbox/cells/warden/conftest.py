"""A tiny interpreter of the BPF that seccomp runs, to ask a filter what it would do."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest

Decide: TypeAlias = Callable[..., int]

X86_64, ARM64, I386, ARM = 0xC000003E, 0xC00000B7, 0x40000003, 0x40000028
_LOAD, _JUMP, _JUMP_EQ, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_TESTS: dict[int, Callable[[int, int], bool]] = {
    _JUMP_EQ: lambda left, right: left == right,
    _JUMP_GE: lambda left, right: left >= right,
    _JUMP_SET: lambda left, right: bool(left & right),
}


@pytest.fixture(scope="session")
def decide() -> Decide:
    """The action of a filter for a call: ``decide(program, number, arguments, architecture=)``."""
    return run_filter


def run_filter(
    program: bytes, number: int, arguments: Sequence[int] = (), *, architecture: int = X86_64
) -> int:
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    code = list(struct.iter_unpack("=HBBI", program))
    register = place = 0
    while True:
        operation, if_true, if_false, constant = code[place]
        place += 1  # jumps are counted from the next instruction
        if operation == _RETURN:
            return int(constant)
        if operation == _LOAD:
            (register,) = struct.unpack_from("=I", data, constant)
        elif operation == _JUMP:
            place += constant
        else:
            place += if_true if _TESTS[operation](register, constant) else if_false
