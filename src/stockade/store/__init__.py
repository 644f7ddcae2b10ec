"""The truth about jobs, kept in memory or in SQLite."""
