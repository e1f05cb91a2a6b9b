"""Labelling real texts: which to label next, how far it got, and which labels look wrong."""
