"""Which labels to check next."""
