"""The use cases: what a client may do with a submission, and how a job is carried out."""
