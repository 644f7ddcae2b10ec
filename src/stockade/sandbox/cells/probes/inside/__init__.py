"""What probes do inside a box: each function tries to break one layer and yields what it managed.

A function that yields nothing has met a layer that holds. The whole package is copied into the box
and run there by the root's own ``python3``, which may be years older than the server's: it imports
the standard library only, and what needs a newer Python than 3.9 does not belong here.
"""
