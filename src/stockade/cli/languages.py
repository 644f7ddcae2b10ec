"""``stockade languages``: what can be run here, and what is missing why."""

from __future__ import annotations

import asyncio
import json

import click

from stockade.cli.exits import Failure
from stockade.core.errors import SandboxError
from stockade.languages.base import Catalogue
from stockade.wiring import open_local


@click.command("languages")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(*, as_json: bool) -> None:
    """Show the languages, their versions as found in a box, and what is missing why."""
    try:
        catalogue = asyncio.run(_find())
    except SandboxError as error:
        raise Failure(str(error)) from error
    click.echo(_as_json(catalogue) if as_json else _as_table(catalogue))


async def _find() -> Catalogue:
    async with open_local(slots=1) as local:
        return local.catalogue


def _as_json(catalogue: Catalogue) -> str:
    shown = [
        {
            "id": runtime.language.id,
            "name": runtime.language.name,
            "version": runtime.version,
            "missing": runtime.missing,
        }
        for runtime in catalogue.runtimes.values()
    ]
    return json.dumps(shown, indent=2)


def _as_table(catalogue: Catalogue) -> str:
    return "\n".join(
        f"{runtime.language.id:<12} {runtime.language.name:<12} "
        + (runtime.version or click.style(f"missing. {runtime.missing}", fg="yellow"))
        for runtime in catalogue.runtimes.values()
    )
