"""``stockade serve``: the whole system in one process, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import uvicorn
import uvloop

from stockade import __version__
from stockade.cli.exits import Failure, WrongUse
from stockade.config import InvalidSetting, Settings, load_settings
from stockade.core.errors import OurFault
from stockade.telemetry.logs import set_up_logging
from stockade.wiring import Embedded, open_embedded
from stockade.worker.worker import Worker

_BACKLOG = 2048


@click.command("serve")
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on.  [default: 8000]")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the database.")
@click.option("--slots", type=int, help="Programs at the same time.  [default: one a core]")
@click.option("--insecure", is_flag=True, default=None, help="Listen beyond loopback all the same.")
def command(**given: object) -> None:
    """Serve the API at /v1 and carry out what is submitted, all in one process.

    Every option is also a variable: STOCKADE_PORT=9000. Ctrl-C lets programs end, twice kills them.
    """
    try:
        settings = load_settings(os.environ, **given)
    except InvalidSetting as error:
        raise WrongUse(str(error)) from error
    set_up_logging(sys.stderr, logging.INFO)
    _allow_many_connections()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings))
    except OurFault as error:
        raise Failure(str(error)) from error


def _allow_many_connections() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _serve(settings: Settings) -> None:
    # Bound while there is still the right to a low port; nobody is answered before root is gone.
    sock = _bind(settings)
    async with open_embedded(settings) as embedded:
        server = _Server(_uvicorn_config(embedded, settings))
        _say_hello(settings, embedded)
        with _obeying_signals(server, embedded.worker):
            await _serve_until_stopped(server, sock, embedded)
    click.echo("Stopped. What was queued is kept.", err=True)


def _bind(settings: Settings) -> socket.socket:
    with ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            sock = stack.enter_context(socket.socket(family, kind, protocol))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
        except OSError as error:
            raise WrongUse(
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror})."
                " Use another --port."
            ) from error
        stack.pop_all()  # it stays open for who gets it
    return sock


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _uvicorn_config(embedded: Embedded, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        embedded.app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        # Long polls end with their jobs; whoever waits longer than those is let go.
        timeout_graceful_shutdown=int(settings.drain_s) + 5,
    )


@contextmanager
def _obeying_signals(server: _Server, worker: Worker) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def obey() -> None:
        if server.should_exit:
            click.echo("Killing what still runs.", err=True)
            worker.kill()
        else:
            click.echo("Stopping: programs may end. Once more kills them.", err=True)
            server.should_exit = True
            worker.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, obey)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _serve_until_stopped(server: _Server, sock: socket.socket, embedded: Embedded) -> None:
    working = asyncio.create_task(embedded.worker.run())
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    losing = asyncio.create_task(embedded.local.sandbox.lost())
    try:
        done, _ = await asyncio.wait(
            (working, serving, losing), return_when=asyncio.FIRST_COMPLETED
        )
        if losing in done:
            raise OurFault(losing.result())
        await working
        # Nothing runs any more: who waits for what is still queued is told so.
        embedded.channel.close()
        await serving
    finally:
        for task in (working, serving, losing):
            task.cancel()
        await asyncio.gather(working, serving, losing, return_exceptions=True)


def _say_hello(settings: Settings, embedded: Embedded) -> None:
    isolation = embedded.local.sandbox.isolation
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [
        f"Stockade {__version__} on http://{host}:{settings.port}",
        f"  slots      {embedded.local.sandbox.slots}",
        f"  data       {settings.data.resolve()}",
        f"  isolation  {isolation.backend}: {len(isolation.enforced)} layers enforced",
    ]
    lines += [f"  MISSING    {layer} (see: stockade doctor)" for layer in isolation.missing]
    for runtime in embedded.local.catalogue.runtimes.values():
        found = runtime.version or f"missing. {runtime.missing}"
        lines.append(f"  {runtime.language.id:<10} {found}")
    if embedded.reclaimed:
        lines.append(f"  {embedded.reclaimed} jobs of the server before were running: queued again")
    click.echo("\n".join(lines), err=True)
