"""What stands behind ``cartolearn run``, ``map``, ``report`` and the others."""
