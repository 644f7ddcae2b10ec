"""The HTTP API: wire <-> core, and nothing more. Rules that hold without HTTP live below it."""
