"""What a client gets back about the server itself: languages, queue, limits, health."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from stockade.api.problems import View
from stockade.api.reading import Terms
from stockade.api.settings import ApiSettings
from stockade.api.views import milliseconds
from stockade.core.limits import LIMITS_FLOOR, Limits
from stockade.core.ports import Backlog
from stockade.languages.base import Catalogue, Runtime


class LanguageView(View, frozen=True, kw_only=True):
    """A language, and whether its programs can be run here."""

    id: str
    name: str
    version: str | None
    available: bool
    missing: Annotated[str | None, Meta(description="Why it is not available, and the cure.")]
    extensions: tuple[str, ...]
    source_name: Annotated[str, Meta(description="What a single source is called.")]


class LanguageListView(View, frozen=True, kw_only=True):
    """Every language, those that are missing here too."""

    languages: tuple[LanguageView, ...]


class QueueView(View, frozen=True, kw_only=True):
    """What waits for a worker."""

    depth: int
    oldest_age_ms: Annotated[float | None, Meta(description="Null while nothing waits.")]


class LimitsView(View, frozen=True, kw_only=True):
    """What runs may use here, and what requests may hold."""

    defaults: Annotated[Limits, Meta(description="For the run, where a request says nothing.")]
    compile_defaults: Annotated[Limits, Meta(description="The same for the compilation.")]
    floor: Annotated[Limits, Meta(description="The least that may be asked for.")]
    ceiling: Annotated[Limits, Meta(description="The most that may be asked for.")]
    body_bytes: Annotated[int, Meta(description="The most a request's body may have.")]
    content_bytes: Annotated[
        int, Meta(description="The most that files, input and expected output may have together.")
    ]
    wait_s: Annotated[float, Meta(description="The longest `wait`.")]


class HealthView(View, frozen=True, kw_only=True):
    """The server answers; from `/readyz` also: it can run programs."""

    status: Annotated[str, Meta(examples=["ok"])]
    detail: str


ALIVE = HealthView(status="ok", detail="The server answers.")


def view_languages(catalogue: Catalogue) -> LanguageListView:
    """The catalogue, in its order."""
    return LanguageListView(languages=tuple(map(_view_runtime, catalogue.runtimes.values())))


def _view_runtime(runtime: Runtime) -> LanguageView:
    return LanguageView(
        id=runtime.language.id,
        name=runtime.language.name,
        version=runtime.version,
        available=runtime.is_available,
        missing=runtime.missing,
        extensions=runtime.language.extensions,
        source_name=runtime.language.source_name,
    )


def view_queue(backlog: Backlog, now: datetime) -> QueueView:
    """How much waits, and since when."""
    oldest = backlog.oldest_at
    return QueueView(
        depth=backlog.depth, oldest_age_ms=milliseconds(oldest, now) if oldest else None
    )


def view_limits(terms: Terms, settings: ApiSettings) -> LimitsView:
    """The terms on which submissions are taken."""
    return LimitsView(
        defaults=terms.limits,
        compile_defaults=terms.compile_limits,
        floor=LIMITS_FLOOR,
        ceiling=terms.ceiling,
        body_bytes=settings.body_bytes,
        content_bytes=terms.content_bytes,
        wait_s=settings.longest_wait_s,
    )
