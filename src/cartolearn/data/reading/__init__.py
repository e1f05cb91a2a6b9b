"""The one place where tables of the user's are read, in every format and with every quirk."""
