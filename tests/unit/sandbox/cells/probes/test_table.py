"""The table of probes is whole, and reads well."""

from __future__ import annotations

from stockade.core.limits import LIMITS_CEILING, find_out_of_bounds
from stockade.sandbox.cells.probes.table import PROBES
from stockade.sandbox.cells.warden.warden import LAYERS, OPTIONAL_LAYERS


def test_every_layer_that_the_warden_claims_has_a_probe() -> None:
    claimed = {*LAYERS, *OPTIONAL_LAYERS}

    assert claimed <= {probe.layer for probe in PROBES}


def test_no_claim_is_made_twice_and_no_way_in_is_tried_twice() -> None:
    assert len({probe.title for probe in PROBES}) == len(PROBES)
    assert len({probe.breaches for probe in PROBES}) == len(PROBES)


def test_meanings_are_sentences_and_titles_are_not() -> None:
    for probe in PROBES:
        assert probe.meaning.endswith(".")
        assert not probe.title.endswith(".")


def test_probes_ask_for_no_more_than_any_client_may() -> None:
    for probe in PROBES:
        assert find_out_of_bounds(probe.limits, ceiling=LIMITS_CEILING) is None
