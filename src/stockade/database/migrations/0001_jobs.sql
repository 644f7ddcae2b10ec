-- A narrow row a job, rewritten at every change of state; what is big is written once, beside it.
-- The language and the verdict stand in both: a list is read from the narrow rows alone.
-- Times are microseconds since 1970. The sequence is the order of recording: queues and lists go by it.
CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'cancelled', 'failed')),
    verdict TEXT,
    attempts INTEGER NOT NULL,
    worker TEXT,
    lease_until INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    failure TEXT
) STRICT;

-- Each index ends in the sequence without naming it: it is the row's own number.
CREATE INDEX jobs_by_owner ON jobs (owner);

-- Partial, so that they are as small as what waits and what runs, however many jobs are kept.
CREATE INDEX jobs_queued ON jobs (state) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';

CREATE TABLE submissions (
    sequence INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    data BLOB NOT NULL
) STRICT;

CREATE TABLE results (
    sequence INTEGER PRIMARY KEY REFERENCES jobs (sequence) ON DELETE CASCADE,
    data BLOB NOT NULL
) STRICT;

-- A job in full; its columns are in the order that stockade.database.rows reads them.
CREATE VIEW whole_jobs AS
SELECT
    jobs.id, owner, submissions.data AS submission, state, created_at, attempts, started_at,
    finished_at, results.data AS result, failure
FROM jobs
JOIN submissions ON submissions.sequence = jobs.sequence
LEFT JOIN results ON results.sequence = jobs.sequence;
