"""A worker: leases jobs, carries them out in boxes, settles them.

Who runs: one task leases, one renews the leases, one listens for cancel requests, and each job has
a task of its own. Who waits on whom: leasing waits for a free slot, a job for its box; nobody waits
for a job's settling, so the next job starts while the last one is being recorded. What dies when:
told to stop, the worker leases no more and lets its jobs end within a grace time; what runs then is
killed and given back to the queue. A worker that dies at once loses nothing either: its leases run
out, and the queue gives the jobs to others.
"""
