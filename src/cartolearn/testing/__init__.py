"""Tests for a strategy of your own; needs pytest, and only tests import it."""

from cartolearn.testing.contract import StrategyContract

__all__ = ["StrategyContract"]
