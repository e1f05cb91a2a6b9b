"""What W&B shows of all runs: sending offline runs there, a workspace and a report."""
