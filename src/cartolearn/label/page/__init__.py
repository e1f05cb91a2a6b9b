"""A page to label in: one text at a time, beside it how the model learns."""
