"""The one place where tables leave, in every format that is read."""
