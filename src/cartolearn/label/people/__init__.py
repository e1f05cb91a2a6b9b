"""Several people on the same texts: how far they agree, and what is settled where they do not."""
