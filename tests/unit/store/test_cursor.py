from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.core.errors import InvalidSubmission
from stockade.store.cursor import decode_cursor, encode_cursor

SEQUENCES = st.integers(min_value=0, max_value=2**63 - 1)


@given(st.text(st.characters(codec="utf-8")), SEQUENCES)
def test_a_cursor_leads_back_to_its_place(owner: str, sequence: int) -> None:
    assert decode_cursor(owner, encode_cursor(owner, sequence)) == sequence


@given(SEQUENCES)
def test_a_cursor_needs_no_escaping_in_a_url(sequence: int) -> None:
    cursor = encode_cursor("ada", sequence)
    assert cursor.isascii()
    assert cursor.replace("-", "a").replace("_", "a").isalnum()


@given(st.text())
def test_any_other_text_is_refused_by_the_name_of_the_field(text: str) -> None:
    with pytest.raises(InvalidSubmission) as refusal:
        decode_cursor("ada", text)
    assert refusal.value.field == "cursor"
    assert "next_cursor" in refusal.value.fix


@given(SEQUENCES)
def test_another_owners_cursor_is_refused(sequence: int) -> None:
    with pytest.raises(InvalidSubmission):
        decode_cursor("ada", encode_cursor("bob", sequence))


@given(SEQUENCES, st.integers(min_value=0, max_value=7))
def test_a_cursor_that_was_changed_is_refused(sequence: int, place: int) -> None:
    cursor = encode_cursor("ada", sequence)
    other = "B" if cursor[place] != "B" else "C"
    with pytest.raises(InvalidSubmission):
        decode_cursor("ada", cursor[:place] + other + cursor[place + 1 :])
