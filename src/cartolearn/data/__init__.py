"""Labelled texts: where they come from, what is checked, and one value that holds them."""
