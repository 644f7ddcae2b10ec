"""The native backend: cells. See ``warden`` for who runs, who waits on whom, what dies when."""
