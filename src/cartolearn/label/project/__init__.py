"""The project: its folder, its append-only log, its options."""
