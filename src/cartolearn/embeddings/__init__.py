"""Frozen features of texts: word vectors, word pieces, sentence encoders, TF-IDF; the cache."""
