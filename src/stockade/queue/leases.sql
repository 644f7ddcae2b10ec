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
    created_at, attempts, started_at, finished_at, NULL, failure, sequence

-- name: expired
SELECT id, worker, attempts FROM jobs WHERE state = 'running' AND lease_until <= :now

-- name: renew
UPDATE jobs SET lease_until = :until
WHERE id = :id AND state = 'running' AND worker = :worker AND attempts = :attempt

-- name: settle
UPDATE jobs
SET state = :state, failure = :failure, finished_at = :finished_at,
    started_at = iif(:state = 'queued', NULL, started_at), worker = NULL, lease_until = NULL
WHERE id = :id AND state = 'running' AND worker = :worker AND attempts = :attempt

-- name: add_result
INSERT INTO results (sequence, data) SELECT sequence, :data FROM jobs WHERE id = :id

-- name: give_back
UPDATE jobs
SET state = 'queued', attempts = attempts - 1, started_at = NULL, worker = NULL, lease_until = NULL
WHERE id = :id AND state = 'running' AND worker = :worker AND attempts = :attempt

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
