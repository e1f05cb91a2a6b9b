"""What is computed from results; every function takes plain arrays and imports nothing above."""
