"""The command line, one file a command. Exit codes: see ``ExitCode``."""
