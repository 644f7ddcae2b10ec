"""``stockade run FILE``: the program in a box, here and now, without a server."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from typing import Any

import click
import msgspec

from stockade.api.problems import Refusal
from stockade.api.reading import Terms, read_submission
from stockade.api.settings import ApiSettings
from stockade.api.views import view_job
from stockade.cli.exits import Failure, WrongUse
from stockade.cli.report import show, told
from stockade.cli.request import Asked, body_of, program_options
from stockade.config import InvalidSetting, Settings, load_settings
from stockade.core.errors import InvalidSubmission, SandboxError
from stockade.core.job import Job, JobState
from stockade.database.clock import SystemClock
from stockade.engine.execution import Execution
from stockade.engine.submissions import check_submission
from stockade.wiring import Local, open_local


@click.command("run")
@program_options
def command(*, as_json: bool, **asked: Any) -> None:  # noqa: ANN401 - click's own values
    """Run FILE with ARGS in a box and report what happened.

    Exits with 0 if the program was right, 1 if not, 2 for wrong use, 3 if we failed.
    """
    body = body_of(Asked(**asked))
    try:
        settings = load_settings(os.environ)
        job = asyncio.run(_run(body, settings))
    except Refusal as error:
        raise WrongUse(told(msgspec.to_builtins(error.problem))) from error
    except (InvalidSetting, InvalidSubmission) as error:
        raise WrongUse(str(error)) from error
    except SandboxError as error:
        raise Failure(str(error)) from error
    sys.exit(show(msgspec.to_builtins(view_job(job, with_bytes=True)), as_json=as_json))


async def _run(body: dict[str, Any], settings: Settings) -> Job:
    async with open_local(slots=1) as local:
        return await _carry_out(body, settings, local)


async def _carry_out(body: dict[str, Any], settings: Settings, local: Local) -> Job:
    terms = Terms.under(settings.ceiling, local.catalogue, ApiSettings().content_bytes)
    submission = read_submission(body, terms)
    check_submission(submission, local.catalogue, settings.ceiling)
    clock = SystemClock()
    started_at = clock.now()
    result = await Execution(submission, local.catalogue, local.sandbox).carry_out()
    return Job(
        id=str(uuid.uuid4()),
        owner="local",
        submission=submission,
        state=JobState.FINISHED,
        created_at=started_at,
        attempts=1,
        started_at=started_at,
        finished_at=clock.now(),
        result=result,
    )
