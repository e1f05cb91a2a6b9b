"""Which strategy to choose labels by: a study of ten on frozen sentence embeddings."""
