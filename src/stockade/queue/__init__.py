"""Carries recorded jobs to workers: by leases on the job table, or in memory."""
