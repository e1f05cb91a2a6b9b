"""How many labels are wrong, and what follows."""
