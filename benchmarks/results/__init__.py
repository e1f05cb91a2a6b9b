"""RESULTS.md, filled from files that the report wrote."""
