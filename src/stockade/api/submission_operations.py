"""The operations of ``/v1/submissions`` as the OpenAPI document describes them."""

from __future__ import annotations

import re

from stockade.api.examples import FINISHED, LISTED, QUEUED, REQUESTS
from stockade.api.operations import Operation, query_parameter, reference
from stockade.api.problems import Kind
from stockade.api.schemas import SubmissionBody
from stockade.api.views import JobListView, JobView

PATH = "/v1/submissions"
PATH_OF_ONE = f"{PATH}/{{job_id}}"
# The parameter's name in routes; ids are UUIDs, in lower case.
ID_PATTERN = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

USUAL_PAGE = 20
LONGEST_PAGE = 100

JOB_ID = {
    "name": "job_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The id of the submission.",
}
WAIT = query_parameter(
    "wait",
    {"type": "number", "minimum": 0, "default": 0},
    "Wait so many seconds at most for the result; `/v1/limits` tells the longest.",
)
BASE64 = query_parameter(
    "base64", {"type": "boolean", "default": False}, "Add the outputs as base64, byte by byte."
)
CURSOR = query_parameter("cursor", {"type": "string"}, "The `next_cursor` of an earlier answer.")
LIMIT = query_parameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": USUAL_PAGE},
    "How many at most.",
)

CREATE = Operation(
    method="POST",
    path=PATH,
    name="create_submission",
    summary="Send a program",
    status=202,
    meaning="Recorded and queued; Location says where it is to be found.",
    view=JobView,
    example=QUEUED,
    also={200: "With `wait`: it was final in time."},
    problems=(
        Kind.MALFORMED_BODY,
        Kind.BODY_TOO_LARGE,
        Kind.UNSUPPORTED_TYPE,
        Kind.INVALID_REQUEST,
        Kind.OUR_FAULT,
    ),
    parameters=(WAIT, BASE64),
    request_body={
        "required": True,
        "content": {
            "application/json": {
                "schema": reference(SubmissionBody),
                "examples": dict(REQUESTS),
            }
        },
    },
)
GET = Operation(
    method="GET",
    path=PATH_OF_ONE,
    name="get_submission",
    summary="Look at a submission, or wait for its result",
    meaning="The submission as it is, or is when the wait is over.",
    view=JobView,
    example=FINISHED,
    problems=(Kind.NOT_FOUND, Kind.INVALID_REQUEST, Kind.OUR_FAULT),
    parameters=(JOB_ID, WAIT, BASE64),
)
LIST = Operation(
    method="GET",
    path=PATH,
    name="list_submissions",
    summary="List submissions",
    meaning="Some of them, newest first.",
    view=JobListView,
    example=LISTED,
    problems=(Kind.INVALID_REQUEST, Kind.OUR_FAULT),
    parameters=(CURSOR, LIMIT),
)
CANCEL = Operation(
    method="POST",
    path=f"{PATH_OF_ONE}/cancel",
    name="cancel_submission",
    summary="Cancel a submission",
    meaning="It is final: cancelled now, or it was before.",
    view=JobView,
    example=FINISHED,
    also={202: "It was running, and is being killed."},
    problems=(Kind.NOT_FOUND, Kind.UNSUPPORTED_TYPE, Kind.INVALID_REQUEST, Kind.OUR_FAULT),
    parameters=(JOB_ID,),
)
RERUN = Operation(
    method="POST",
    path=f"{PATH_OF_ONE}/rerun",
    name="rerun_submission",
    summary="Run a submission again",
    status=202,
    meaning="A new submission is queued; Location says where it is to be found.",
    view=JobView,
    example=QUEUED,
    problems=(Kind.NOT_FOUND, Kind.UNSUPPORTED_TYPE, Kind.INVALID_REQUEST, Kind.OUR_FAULT),
    parameters=(JOB_ID,),
)
DELETE = Operation(
    method="DELETE",
    path=PATH_OF_ONE,
    name="delete_submission",
    summary="Forget a submission",
    status=204,
    meaning="It is forgotten.",
    problems=(Kind.NOT_FOUND, Kind.CONFLICT, Kind.INVALID_REQUEST, Kind.OUR_FAULT),
    parameters=(JOB_ID,),
)

ALL = (CREATE, GET, LIST, CANCEL, RERUN, DELETE)
