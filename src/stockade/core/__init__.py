"""The domain: frozen values and pure functions, known to everything and knowing nothing."""
