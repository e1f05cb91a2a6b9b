"""Experiment trackers: Weights & Biases, TensorBoard, CSV."""
