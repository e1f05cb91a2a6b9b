"""A folder with the labels, the texts, and the log of what was checked."""
