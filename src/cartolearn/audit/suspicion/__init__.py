"""How probably each label is wrong."""
