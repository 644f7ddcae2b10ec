"""How fast it is here: ratios to running the same program bare, taken in the same run."""
