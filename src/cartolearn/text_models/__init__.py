"""Models of texts that stand alone: what they read, how they are fitted, kept and loaded."""
