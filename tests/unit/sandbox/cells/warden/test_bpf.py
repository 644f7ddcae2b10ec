"""The tree answers every call as its table does, whatever the table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.sandbox.cells.warden import bpf

X86_64, ARM64, I386, ARM = 0xC000003E, 0xC00000B7, 0x40000003, 0x40000028
DEFAULT = (bpf.ret(bpf.errno_action(38)),)
ACTIONS = st.sampled_from([bpf.ALLOW, bpf.errno_action(1), bpf.errno_action(97)])
TABLES = st.dictionaries(st.integers(0, 700), ACTIONS, min_size=1, max_size=400)

Decide = Callable[..., int]


@given(table=TABLES)
def test_every_number_gets_the_answer_of_its_table(decide: Decide, table: dict[int, int]) -> None:
    answers = {number: (bpf.ret(action),) for number, action in table.items()}

    program = bpf.compile_tree(answers, DEFAULT, machine="x86_64")

    for number in (*range(702), 2**30 - 1):
        expected = table.get(number, DEFAULT[0].constant)
        assert decide(program, number) == expected


def test_a_tree_too_long_for_a_short_jump_is_still_right(decide: Decide) -> None:
    # Every other number has an answer of its own, so that nothing merges into ranges.
    answers = {number: (bpf.ret(bpf.errno_action(number)),) for number in range(0, 1400, 2)}

    program = bpf.compile_tree(answers, DEFAULT, machine="x86_64")

    assert len(program) // 8 > 2 * 255
    for number in range(1402):
        expected = bpf.errno_action(number) if number in answers else DEFAULT[0].constant
        assert decide(program, number) == expected


def test_neighbours_with_one_answer_are_one_range() -> None:
    few = bpf.compile_tree(dict.fromkeys(range(5, 300), ALLOW), DEFAULT, machine="x86_64")
    fewer = bpf.compile_tree({5: ALLOW}, DEFAULT, machine="x86_64")

    assert len(few) == len(fewer)


ALLOW = (bpf.ret(bpf.ALLOW),)


@pytest.mark.parametrize(
    ("machine", "architecture", "action"),
    [
        ("x86_64", X86_64, bpf.ALLOW),
        ("x86_64", I386, bpf.KILL_PROCESS),
        ("x86_64", ARM64, bpf.KILL_PROCESS),
        ("x86_64", 0, bpf.KILL_PROCESS),
        ("aarch64", ARM64, bpf.ALLOW),
        ("aarch64", ARM, bpf.KILL_PROCESS),
        ("aarch64", X86_64, bpf.KILL_PROCESS),
    ],
)
def test_a_call_of_a_foreign_architecture_kills(
    decide: Decide, machine: str, architecture: int, action: int
) -> None:
    program = bpf.compile_tree({1: ALLOW}, DEFAULT, machine=machine)

    assert decide(program, 1, architecture=architecture) == action


@pytest.mark.parametrize("number", [0x40000000, 0x40000001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_a_number_of_x32_or_beyond_kills(decide: Decide, number: int) -> None:
    program = bpf.compile_tree({1: ALLOW}, DEFAULT, machine="x86_64")

    assert decide(program, number) == bpf.KILL_PROCESS


@given(
    place=st.integers(0, 5),
    values=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=8, unique=True),
    value=st.integers(0, 2**64 - 1),
)
def test_an_argument_is_allowed_by_its_lower_half_alone(
    decide: Decide, place: int, values: list[int], value: int
) -> None:
    block = bpf.allow_values(place, values, otherwise=bpf.errno_action(97))
    program = bpf.compile_tree({1: block}, DEFAULT, machine="x86_64")

    for given_value in (value, *values):
        arguments = [2**33 + 12345] * 6
        arguments[place] = given_value
        is_allowed = given_value & 0xFFFFFFFF in values
        expected = bpf.ALLOW if is_allowed else bpf.errno_action(97)
        assert decide(program, 1, arguments) == expected


@given(bits=st.integers(1, 2**32 - 1), value=st.integers(0, 2**64 - 1))
def test_a_call_with_a_forbidden_bit_is_refused(decide: Decide, bits: int, value: int) -> None:
    block = bpf.allow_without_bits(0, bits, otherwise=bpf.errno_action(1))
    program = bpf.compile_tree({56: block}, DEFAULT, machine="x86_64")

    expected = bpf.errno_action(1) if value & bits else bpf.ALLOW
    assert decide(program, 56, [value]) == expected
