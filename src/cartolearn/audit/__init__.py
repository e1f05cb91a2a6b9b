"""Auditing labels: how many are wrong, which, and what to check next."""
