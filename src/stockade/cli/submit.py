"""``stockade submit FILE``: the same program, run by a server."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

import click
import urllib3

from stockade.cli.exits import Failure, WrongUse
from stockade.cli.report import show, told
from stockade.cli.request import Asked, body_of, program_options
from stockade.core.job import JobState

_POLL_S = 30
_HTTP = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=_POLL_S + 15), retries=False)
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


@click.command("submit")
@program_options
@click.option(
    "--server", default="http://127.0.0.1:8000", show_default=True, help="The server's address."
)
def command(*, as_json: bool, server: str, **asked: Any) -> None:  # noqa: ANN401 - click's own values
    """Have a server run FILE with ARGS, and report what happened.

    Exits with 0 if the program was right, 1 if not, 2 for wrong use, 3 if we failed.
    """
    url = f"{server.rstrip('/')}/v1/submissions"
    query = f"?wait={_POLL_S}&base64=true"
    job = _ask("POST", url + query, json.dumps(body_of(Asked(**asked))))
    while not JobState(job["state"]).is_final:
        job = _ask("GET", f"{url}/{quote(job['id'])}{query}")
    sys.exit(show(job, as_json=as_json))


def _ask(method: str, url: str, body: str | None = None) -> dict[str, Any]:
    try:
        answer = _HTTP.request(method, url, body=body, headers={"Content-Type": "application/json"})
        value = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Failure(f"{url}: {error}") from error
    expected = "title" if answer.status >= _CLIENT_ERROR else "state"
    if not (isinstance(value, dict) and expected in value):
        raise Failure(f"{url}: what answers there is not Stockade.")
    if answer.status >= _SERVER_ERROR:
        raise Failure(told(value))
    if answer.status >= _CLIENT_ERROR:
        raise WrongUse(told(value))
    return value
