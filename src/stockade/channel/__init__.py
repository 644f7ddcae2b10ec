"""News of jobs to whoever watches, and requests to cancel to whoever runs them."""
