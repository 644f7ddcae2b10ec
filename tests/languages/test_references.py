"""Every language does in a real box what its references claim."""

from __future__ import annotations

import re

import pytest

from stockade.core.ports import Sandbox
from stockade.core.verdict import Verdict
from stockade.engine.execution import Execution
from stockade.languages import LANGUAGES
from stockade.languages.base import Catalogue, Language, Reference

pytestmark = pytest.mark.anyio

REFERENCES = [
    pytest.param(language, reference, id=f"{language.id}-{reference.name}")
    for language in LANGUAGES
    for reference in language.references
]


def need(catalogue: Catalogue, language: Language) -> None:
    missing = catalogue.runtimes[language.id].missing
    if missing is not None:
        pytest.skip(missing)


@pytest.mark.parametrize("language", LANGUAGES, ids=[language.id for language in LANGUAGES])
async def test_a_runtime_has_a_version_or_names_its_package(
    catalogue: Catalogue, language: Language
) -> None:
    runtime = catalogue.runtimes[language.id]

    if runtime.version is None:
        assert runtime.missing is not None
        assert f"apt-get install {language.tool.package}" in runtime.missing
    else:
        assert re.fullmatch(r"\d+(\.\d+)+", runtime.version)


@pytest.mark.parametrize(("language", "reference"), REFERENCES)
async def test_a_reference_gets_its_verdict_and_output(
    sandbox: Sandbox, catalogue: Catalogue, language: Language, reference: Reference
) -> None:
    need(catalogue, language)

    result = await Execution(language.submission_of(reference), catalogue, sandbox).carry_out()

    assert result.verdict is reference.verdict, result
    if reference.stdout is not None:
        assert result.run is not None
        assert result.run.stdout.data.decode() == reference.stdout
    if reference.verdict is Verdict.COMPILE_ERROR:
        assert result.compile is not None
        assert b"error" in result.compile.stderr.data
        assert b"\x1b" not in result.compile.stderr.data
