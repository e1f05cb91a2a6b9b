"""One training on all training data, beside the loop: what ``cartolearn map`` does."""
