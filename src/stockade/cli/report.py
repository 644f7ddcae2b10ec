"""A result for people: the program's own output on stdout, what happened to it on stderr."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import click

from stockade.cli.exits import ExitCode
from stockade.core.limits import MiB
from stockade.core.verdict import Verdict

# What could move a terminal's cursor, rename its window or turn a line's direction around; newline
# and tab are harmless.
_CONTROLS = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def show(job: Mapping[str, Any], *, as_json: bool) -> ExitCode:
    """Print a job in the form of the API; what the command should exit with."""
    if as_json:
        click.echo(json.dumps(job, indent=2))
    else:
        for name in ("compile", "run"):
            if job[name]:
                _show_output(job[name])
        click.echo(_summary(job), err=True)
    if job["state"] == "failed":
        return ExitCode.OUR_FAULT
    return ExitCode.DONE if job["verdict"] == Verdict.ACCEPTED else ExitCode.PROGRAM_FAILED


def told(problem: Mapping[str, Any]) -> str:
    """A problem of the API, field by field where it names fields."""
    errors = problem.get("errors") or ()
    lines = [f"{each['field']}: {each['problem']} {each['fix']}" for each in errors]
    return "\n".join(lines) or problem.get("detail") or problem["title"]


def _show_output(run: Mapping[str, Any]) -> None:
    for stream, target in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        data = b64decode(run[f"{stream}_base64"])
        if target.isatty():
            target.write(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", data.decode(errors="replace")))
        else:
            target.buffer.write(data)
        target.flush()


def _summary(job: Mapping[str, Any]) -> str:
    if job["state"] == "failed":
        return click.style(f"failed: {job['failure']}", fg="red")
    word = job["verdict"] or job["state"]
    colour = "green" if word == Verdict.ACCEPTED else "red"
    run = job["run"] or job["compile"]
    return f"{click.style(word, fg=colour, bold=True)}  {_measured(run)}" if run else word


def _measured(run: Mapping[str, Any]) -> str:
    how = run["ending"]
    if run["exit_code"] is not None:
        how += f" {run['exit_code']}"
    if run["signal"] is not None:
        how += f" {run['signal']}"
    return (
        f"{how}  {run['cpu_ms']:.1f} ms CPU  {run['wall_ms']:.1f} ms wall"
        f"  {run['memory_bytes'] / MiB:.1f} MiB"
    )
