"""What the report computes; every function takes plain arrays."""
