"""Cartography Active Learning: choose which texts to label next from training dynamics."""
