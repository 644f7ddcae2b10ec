"""Ports are small, and each has an adapter that ships and needs nothing."""

from __future__ import annotations

import inspect
from typing import Protocol, is_typeddict

import pytest

from stockade.channel.memory import MemoryChannel
from stockade.core import ports
from stockade.database.clock import FakeClock
from stockade.queue.memory import MemoryQueue
from stockade.sandbox.fake import FakeBox, FakeSandbox
from stockade.store.memory import MemoryStore

# Which adapter of each port needs nothing; a new port has to be named here with its own.
NEEDING_NOTHING = {
    "Box": FakeBox,
    "Channel": MemoryChannel,
    "Clock": FakeClock,
    "Queue": MemoryQueue,
    "Sandbox": FakeSandbox,
    "Store": MemoryStore,
}


def is_port(value: object) -> bool:
    return inspect.isclass(value) and Protocol in value.__bases__ and not is_typeddict(value)


PORTS = {
    name: value
    for name, value in vars(ports).items()
    if is_port(value) and value.__module__ == ports.__name__
}


def methods_of(port: type) -> set[str]:
    return {name for name in vars(port) if not name.startswith("_")}


def test_ports_are_all_on_one_screen() -> None:
    assert set(PORTS) == set(NEEDING_NOTHING)


@pytest.mark.parametrize("name", sorted(PORTS))
def test_a_port_has_at_most_five_methods(name: str) -> None:
    assert 1 <= len(methods_of(PORTS[name])) <= 5


@pytest.mark.parametrize("name", sorted(PORTS))
def test_a_port_says_what_each_of_its_methods_does(name: str) -> None:
    port = PORTS[name]

    assert port.__doc__
    for method in methods_of(port):
        value = inspect.getattr_static(port, method)
        assert inspect.getdoc(value), method


@pytest.mark.parametrize("name", sorted(NEEDING_NOTHING))
def test_its_adapter_has_every_method(name: str) -> None:
    source = inspect.getsource(NEEDING_NOTHING[name])

    for method in methods_of(PORTS[name]):
        assert f"def {method}(" in source or f"self.{method} = " in source, method
