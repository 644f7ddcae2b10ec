-- name: add_job
INSERT INTO jobs (
    id, owner, language, state, verdict, created_at, attempts, started_at, finished_at, failure
)
VALUES (
    :id, :owner, :language, :state, :verdict, :created_at, :attempts, :started_at, :finished_at,
    :failure
)

-- name: add_submission
INSERT INTO submissions (sequence, data) VALUES (:sequence, :data)

-- name: add_result
INSERT INTO results (sequence, data) VALUES (:sequence, :data)

-- name: get
SELECT * FROM whole_jobs WHERE id = :id AND owner = :owner

-- name: page
SELECT
    id, owner, language, state, verdict, created_at, attempts, started_at, finished_at, failure,
    sequence
FROM jobs WHERE owner = :owner AND sequence < :before
ORDER BY sequence DESC LIMIT :limit

-- name: cancel
UPDATE jobs SET state = 'cancelled', finished_at = :at
WHERE id = :id AND owner = :owner AND state = 'queued'

-- name: delete
DELETE FROM jobs WHERE id = :id AND owner = :owner

-- name: state
SELECT state FROM jobs WHERE id = :id AND owner = :owner
