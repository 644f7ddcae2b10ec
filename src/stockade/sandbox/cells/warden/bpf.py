"""A seccomp filter as classic BPF: a binary tree over the numbers of system calls.

Numbers that follow one another and have the same answer are one range, so that three hundred and
fifty known calls are some hundred ranges and any call is decided in seven comparisons.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000


class Instruction(NamedTuple):
    """One instruction: code, how far to jump if true and if false, and a constant."""

    code: int
    if_true: int
    if_false: int
    constant: int


# What is done about a call: instructions that all end in a return.
Block = tuple[Instruction, ...]

_LOAD, _JUMP, _JUMP_EQ, _JUMP_GE, _JUMP_SET, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_LONGEST_JUMP = 255
# struct seccomp_data: number, architecture, instruction pointer, six arguments of 64 bits.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Calls of the x32 ABI have this bit in their number, and come with x86-64's architecture.
_X32_BIT = 0x40000000
_LAYOUT = struct.Struct("=HBBI")


def ret(action: int) -> Instruction:
    """Answer with this action."""
    return Instruction(_RETURN, 0, 0, action)


def errno_action(code: int) -> int:
    """The action that makes a call fail with this errno."""
    return 0x00050000 | code


def allow_values(argument: int, values: Sequence[int], *, otherwise: int) -> Block:
    """Allow a call whose argument, taken as an int, is one of these."""
    tests = [
        Instruction(_JUMP_EQ, len(values) - place, 0, value) for place, value in enumerate(values)
    ]
    return (_load_argument(argument), *tests, ret(otherwise), ret(ALLOW))


def refuse_values(argument: int, values: Sequence[int], *, action: int) -> Block:
    """Answer with ``action`` a call whose argument, taken as an int, is one of these."""
    tests = [
        Instruction(_JUMP_EQ, len(values) - place, 0, value) for place, value in enumerate(values)
    ]
    return (_load_argument(argument), *tests, ret(ALLOW), ret(action))


def allow_without_bits(argument: int, bits: int, *, otherwise: int) -> Block:
    """Allow a call whose argument has none of these bits set (below bit 32)."""
    test = Instruction(_JUMP_SET, 0, 1, bits)
    return (_load_argument(argument), test, ret(otherwise), ret(ALLOW))


def _load_argument(argument: int) -> Instruction:
    # The lower half alone, as the kernel does for an int: on these machines it comes first.
    return Instruction(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)


def compile_tree(answers: Mapping[int, Block], default: Block, *, machine: str) -> bytes:
    """The filter for ``machine``: the answer for each number, ``default`` for all others."""
    prologue = [
        Instruction(_LOAD, 0, 0, _ARCHITECTURE),
        Instruction(_JUMP_EQ, 1, 0, _ARCHITECTURES[machine]),
        ret(KILL_PROCESS),
        Instruction(_LOAD, 0, 0, _NUMBER),
        Instruction(_JUMP_GE, 0, 1, _X32_BIT),
        ret(KILL_PROCESS),
    ]
    tree = _tree(_ranges(answers, default))
    return b"".join(_LAYOUT.pack(*instruction) for instruction in (*prologue, *tree))


def _ranges(answers: Mapping[int, Block], default: Block) -> list[tuple[int, Block]]:
    """The first number of each run of equal answers, ascending from 0, with the answer."""
    ranges = [(0, answers.get(0, default))]
    for number in range(1, max(answers) + 2):
        answer = answers.get(number, default)
        if answer != ranges[-1][1]:
            ranges.append((number, answer))
    return ranges


def _tree(ranges: Sequence[tuple[int, Block]]) -> Block:
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    first, _ = ranges[middle]
    below, above = _tree(ranges[:middle]), _tree(ranges[middle:])
    if len(below) <= _LONGEST_JUMP:
        return (Instruction(_JUMP_GE, len(below), 0, first), *below, *above)
    # A conditional jump reaches 255 instructions, an unconditional one any number.
    far = Instruction(_JUMP, 0, 0, len(below))
    return (Instruction(_JUMP_GE, 0, 1, first), far, *below, *above)
