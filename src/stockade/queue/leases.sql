-- name: claim
-- One job a statement: with IN (... LIMIT n), RETURNING and secure_delete together each costs ten
-- times as much, whatever the number.
UPDATE jobs
SET state = 'running', attempts = attempts + 1, worker = :worker, lease_until = :until,
    started_at = :now
WHERE sequence = (
    SELECT sequence FROM jobs INDEXED BY jobs_queued WHERE state = 'queued'
    ORDER BY sequence LIMIT 1
)
RETURNING
    id, owner, (SELECT data FROM submissions WHERE submissions.sequence = jobs.sequence), state,
    created_at, attempts, started_at, finished_at, NULL, failure

-- name: expired
SELECT id, worker, attempts FROM jobs WHERE state = 'running' AND lease_until <= :now

-- name: job
SELECT * FROM whole_jobs WHERE id = :id

-- name: renew
UPDATE jobs SET lease_until = :until
WHERE id = :id AND state = 'running' AND worker = :worker AND attempts = :attempt

-- name: settle
UPDATE jobs
SET state = :state, verdict = :verdict, failure = :failure, finished_at = :finished_at,
    started_at = iif(:state = 'queued', NULL, started_at),
    attempts = attempts - iif(:uses_attempt, 0, 1), worker = NULL, lease_until = NULL
WHERE id = :id AND state = 'running' AND worker = :worker AND attempts = :attempt

-- name: add_result
INSERT INTO results (sequence, data) SELECT sequence, :data FROM jobs WHERE id = :id

-- name: backlog
SELECT count(*), (
    SELECT created_at FROM jobs INDEXED BY jobs_queued WHERE state = 'queued'
    ORDER BY sequence LIMIT 1
)
FROM jobs INDEXED BY jobs_queued WHERE state = 'queued'

-- name: backlog_ahead
WITH this AS (SELECT sequence FROM jobs WHERE id = :id)
SELECT count(*), (
    SELECT created_at FROM jobs INDEXED BY jobs_queued
    WHERE state = 'queued' AND sequence < (SELECT sequence FROM this)
    ORDER BY sequence LIMIT 1
)
FROM jobs INDEXED BY jobs_queued
WHERE state = 'queued' AND sequence < (SELECT sequence FROM this)
