"""How well a data map finds wrong labels, measured by planting some."""
