"""Acquisition strategies: one file each, and one YAML file each in conf/strategy."""
