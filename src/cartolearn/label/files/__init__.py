"""Files in and out: texts, labels, batches, predictions."""
