"""The routes of ``/v1/submissions``."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

import stockade.api.submission_operations as operations
from stockade.api.body import read_json
from stockade.api.names import shown
from stockade.api.query import read_count, read_query, read_seconds, read_switch
from stockade.api.reading import Terms, read_submission
from stockade.api.settings import ApiSettings, OwnerOf
from stockade.api.views import PlaceView, answer, view_job, view_page, view_place
from stockade.core.errors import JobNotFound
from stockade.core.job import Job, JobState
from stockade.engine.submissions import Submissions

OK, ACCEPTED, NO_CONTENT = 200, 202, 204


class SubmissionRoutes:
    """What a client may do with submissions: each method is one operation."""

    def __init__(
        self, submissions: Submissions, terms: Terms, settings: ApiSettings, owner_of: OwnerOf
    ) -> None:
        self._submissions = submissions
        self._settings = settings
        self._owner_of = owner_of
        self._terms = terms

    def add_to(self, app: FastAPI) -> None:
        """Serve every operation."""
        operations.CREATE.serve(app, self.create)
        operations.GET.serve(app, self.get)
        operations.LIST.serve(app, self.list)
        operations.CANCEL.serve(app, self.cancel)
        operations.RERUN.serve(app, self.rerun)
        operations.DELETE.serve(app, self.delete)

    async def create(self, request: Request) -> Response:
        """Queue a program to be run once; with `wait`, answer with its result."""
        query = read_query(request, "wait", "base64")
        wait_s = read_seconds(query, "wait", self._settings.longest_wait_s)
        with_bytes = read_switch(query, "base64")
        owner = self._owner_of(request)
        value = await read_json(request, self._settings.body_bytes)
        submission = read_submission(value, self._terms)
        if not wait_s:
            # Its place is not looked up: it would cost more than all else when many are posted.
            return _accepted(await self._submissions.submit(owner, submission))
        job = await self._submissions.submit_and_wait(owner, submission, wait_s)
        status = OK if job.state.is_final else ACCEPTED
        view = view_job(job, with_bytes=with_bytes, place=await self._place(job))
        return answer(view, status=status, headers=_location(job))

    async def get(self, request: Request) -> Response:
        """The state of a submission, and its result once it is final; `wait` waits for that."""
        query = read_query(request, "wait", "base64")
        wait_s = read_seconds(query, "wait", self._settings.longest_wait_s)
        with_bytes = read_switch(query, "base64")
        owner, job_id = self._owner_of(request), _job_id(request)
        if wait_s:
            job = await self._submissions.wait(owner, job_id, wait_s)
        else:
            job = await self._submissions.get(owner, job_id)
        return answer(view_job(job, with_bytes=with_bytes, place=await self._place(job)))

    async def list(self, request: Request) -> Response:
        """Your submissions, newest first, without the outputs of their runs."""
        query = read_query(request, "cursor", "limit")
        size = read_count(query, "limit", operations.USUAL_PAGE, operations.LONGEST_PAGE)
        owner = self._owner_of(request)
        page = await self._submissions.page(owner, cursor=query.get("cursor"), size=size)
        return answer(view_page(page))

    async def cancel(self, request: Request) -> Response:
        """Cancel it while it is queued, or have it killed while it runs; else it stays as it is."""
        read_query(request)
        job = await self._submissions.cancel(self._owner_of(request), _job_id(request))
        return answer(view_job(job), status=OK if job.state.is_final else ACCEPTED)

    async def rerun(self, request: Request) -> Response:
        """Run the same program again, as a new submission."""
        read_query(request)
        return _accepted(await self._submissions.rerun(self._owner_of(request), _job_id(request)))

    async def delete(self, request: Request) -> Response:
        """Forget it, and its result. It must be final."""
        read_query(request)
        await self._submissions.delete(self._owner_of(request), _job_id(request))
        return Response(status_code=NO_CONTENT)

    async def _place(self, job: Job) -> PlaceView | None:
        if job.state is not JobState.QUEUED:
            return None
        ahead = await self._submissions.ahead_of(job)
        return view_place(job, ahead, self._submissions.clock.now())


def _accepted(job: Job) -> Response:
    return answer(view_job(job), status=ACCEPTED, headers=_location(job))


def _location(job: Job) -> dict[str, str]:
    return {"Location": f"{operations.PATH}/{job.id}"}


def _job_id(request: Request) -> str:
    """The id in the path; what is not written like one is not there, and asks nobody."""
    job_id: str = request.path_params["job_id"]
    if not operations.ID_PATTERN.fullmatch(job_id):
        raise JobNotFound(shown(job_id))
    return job_id
