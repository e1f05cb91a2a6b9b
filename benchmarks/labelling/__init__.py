"""Measurements of the labelling loop behind docs/labelling_measured.md; each is a command."""
