from __future__ import annotations

from inspect import getmembers, isfunction

import pytest

from stockade.core.ports import Box, Channel, Clock, Queue, Sandbox, Store


@pytest.mark.parametrize("port", [Box, Channel, Clock, Queue, Sandbox, Store])
def test_a_port_has_at_most_five_methods_and_says_what_each_does(port: type) -> None:
    methods = {
        name: method
        for name, method in getmembers(port, lambda it: isfunction(it) or isinstance(it, property))
        if not name.startswith("_")
    }

    assert 1 <= len(methods) <= 5
    assert all(method.__doc__ for method in methods.values())
