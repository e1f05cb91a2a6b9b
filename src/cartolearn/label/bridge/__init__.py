"""Label Studio orders its tasks by our strategy: its machine-learning back-end protocol."""
