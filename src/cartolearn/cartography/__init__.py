"""Data maps: what training dynamics say about each instance."""
