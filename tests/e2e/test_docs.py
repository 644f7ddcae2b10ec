"""The documents say what is so: their commands are run, their tables held against the code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.e2e.documents import (
    DOCUMENTS,
    ROOT,
    Exchange,
    check,
    exchanges_in,
    tables_in,
    text_of,
    without_code,
    words_of,
)

from stockade.cli.serve import command as serve
from stockade.config import PREFIX, Settings
from stockade.core.errors import OurFault
from stockade.core.job import Job, JobState, Result
from stockade.core.limits import (
    COMPILE_LIMITS,
    DEFAULT_LIMITS,
    LIMIT_NAMES,
    LIMITS_CEILING,
    LIMITS_FLOOR,
)
from stockade.core.ports import Backlog
from stockade.core.run import Ending
from stockade.core.step import Isolation
from stockade.core.submission import Submission
from stockade.core.verdict import Verdict
from stockade.languages import LANGUAGES
from stockade.sandbox.cells.probes.table import PROBES
from stockade.sandbox.cells.warden import identity, warden
from stockade.sandbox.fake import exited
from stockade.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from tests.e2e.conftest import Server

QUICKSTART = "docs/quickstart.md"
OPERATE = "docs/operate.md"
THREATS = "docs/threat-model.md"
DECISIONS = sorted(ROOT.glob("docs/adr/[0-9]*.md"))
# What a document may lead to beyond the project: the standards it keeps to.
FOREIGN_HOSTS = {"keepachangelog.com", "semver.org"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- what is typed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "exchange", exchanges_in(QUICKSTART), ids=lambda exchange: f"line {exchange.line}"
)
def test_a_command_of_the_quickstart_answers_what_is_written_below_it(
    exchange: Exchange, server: Server, tmp_path: Path
) -> None:
    check(exchange, f"http://127.0.0.1:{server.port}", tmp_path)


def test_every_command_of_the_quickstart_says_what_comes_of_it() -> None:
    exchanges = exchanges_in(QUICKSTART)

    assert len(exchanges) > 10
    assert all(exchange.expected for exchange in exchanges)


# -- where links lead ----------------------------------------------------------------------------


def links_in(path: Path) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text()))


def anchors_in(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", without_code(path.read_text()), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links_in(path):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (path.parent / parts.path).resolve() if parts.path else path
        assert target.exists(), link
        assert not parts.fragment or parts.fragment in anchors_in(target), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_a_document_names_no_machine_but_the_readers_own(path: Path) -> None:
    text = path.read_text()
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s`)'\"\]]+", text)}

    assert hosts <= FOREIGN_HOSTS | {"127.0.0.1", "localhost"}
    assert str(ROOT) not in text


def test_the_readme_of_the_documents_leads_to_each_of_them() -> None:
    there = {path.name for path in ROOT.glob("docs/*.md")} - {"README.md"}

    assert {Path(link).name for link in links_in(ROOT / "docs/README.md")} - {"README.md"} == there


# -- decisions -----------------------------------------------------------------------------------


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name.split("-")[0]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=name_of)
def test_a_decision_has_its_number_and_its_parts(path: Path) -> None:
    number = int(path.name.split("-")[0])
    parts = re.findall(r"^## (.+)$", path.read_text(), re.M)

    assert path.read_text().startswith(f"# {number}. ")
    assert [part for part in parts if part in {"Context", "Decision", "Consequences"}] == [
        "Context",
        "Decision",
        "Consequences",
    ]


def test_the_list_of_decisions_names_each_by_its_title() -> None:
    told = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", text_of("docs/adr/README.md"), re.M)

    titles = [path.read_text().splitlines()[0].removeprefix("# ") for path in DECISIONS]
    assert [f"{number}. {title}" for number, title, _ in told] == titles
    assert [target for _, _, target in told] == [path.name for path in DECISIONS]


# -- operating -----------------------------------------------------------------------------------


def test_the_options_are_those_of_the_settings() -> None:
    rows = {words_of(row[0])[0]: row for row in tables_in(OPERATE)["variable"]}
    flags = {option.name: option.opts[0] for option in serve.params}

    assert list(rows) == [f"{PREFIX}{field.name.upper()}" for field in fields(Settings)]
    for field in fields(Settings):
        _, option, default, *_ = rows[f"{PREFIX}{field.name.upper()}"]
        assert words_of(option) == ([flags[field.name]] if field.name in flags else [])
        expected = "one a core" if field.name == "slots" else f"`{field.default}`"
        assert default == expected, field.name


def test_the_limits_are_those_of_the_core() -> None:
    rows = {words_of(row[0])[0]: row[1:] for row in tables_in(OPERATE)["limit"]}

    assert list(rows) == list(LIMIT_NAMES)
    for name, cells in rows.items():
        sets = (DEFAULT_LIMITS, COMPILE_LIMITS, LIMITS_FLOOR, LIMITS_CEILING)
        assert cells == [str(getattr(limits, name)) for limits in sets], name


def used_metrics() -> Metrics:
    """Metrics in which everything has happened once, so that every label shows."""
    metrics = Metrics()
    submission = Submission(language="python", files=(), entry="main.py")
    metrics.job_settled(
        Job(
            id="1",
            owner="local",
            submission=submission,
            state=JobState.FINISHED,
            created_at=NOW,
            started_at=NOW,
            finished_at=NOW,
            result=Result(
                verdict=None, compile=None, run=exited().run, isolation=Isolation(backend="fake")
            ),
        )
    )
    metrics.our_fault(OurFault("x"))
    metrics.request_answered("GET", "/healthz", 200, 0.001)
    metrics.backlog(Backlog(depth=0, oldest_at=None), NOW)
    return metrics


def test_the_metrics_are_those_that_are_served() -> None:
    told = {words_of(row[0])[0]: row[1:] for row in tables_in(OPERATE)["name"]}
    families = [
        family
        for family in text_string_to_metric_families(used_metrics().exposition().decode())
        if not family.name.endswith("_created")
    ]

    served = {family.name + "_total" * (family.type == "counter"): family for family in families}
    assert told.keys() == served.keys()
    for name, (kind, labels, meaning) in told.items():
        family = served[name]
        assert (kind, meaning) == (family.type, family.documentation), name
        shown = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert set(words_of(labels)) == shown, name


def test_the_tools_are_those_of_the_languages() -> None:
    told = [[words_of(cell)[0] for cell in row] for row in tables_in(OPERATE)["language"]]

    assert told == [[each.id, each.tool.path, each.tool.package] for each in LANGUAGES]


def test_privileges_are_those_that_are_kept() -> None:
    rows: dict[str, list[Any]] = {row[0]: row[1:] for row in tables_in(OPERATE)["process"]}
    numbers = {
        name.removeprefix("_"): number
        for name, number in vars(identity).items()
        if name.startswith("_CAP_")
    }

    assert {numbers[name] for name in words_of(rows["keeper"][1])} == identity.KEEPER_CAPABILITIES
    assert {numbers[name] for name in words_of(rows["warden"][1])} == identity.WARDEN_CAPABILITIES
    assert rows["server"][0] == str(identity.server_id())
    assert rows["cell"][0].startswith(
        f"{identity.host_id(0, 0)} + {identity.host_id(1, 0) - identity.host_id(0, 0)} x"
    )


# -- words and promises --------------------------------------------------------------------------


def test_the_glossary_has_every_state_ending_and_verdict() -> None:
    cells = [cell for row in tables_in("docs/glossary.md")["state (ours)"] for cell in row[:3]]
    states, endings, verdicts = (
        {w for cell in cells[i::3] for w in words_of(cell)} for i in range(3)
    )

    assert states == set(JobState)
    assert endings == set(Ending)
    assert verdicts == set(Verdict)


def test_the_threat_model_promises_the_layers_that_are_enforced() -> None:
    promised = [words_of(row[0])[0] for row in tables_in(THREATS)["layer"]]

    assert promised == [*warden.LAYERS, *warden.OPTIONAL_LAYERS]


def test_the_threat_model_claims_what_is_proved_and_nothing_else() -> None:
    promised = {words_of(row[0])[0] for row in tables_in(THREATS)["layer"]}
    parts = [(words_of(name)[0], claim) for name, claim in tables_in(THREATS)["part"]]

    assert {probe.layer for probe in PROBES} == promised | {name for name, _ in parts}
    assert parts == [(each.layer, each.title) for each in PROBES if each.layer not in promised]


def test_the_changelog_has_this_version() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]

    assert f"## [{version}]" in text_of("CHANGELOG.md")
