"""How good the model is, whether to go on, and which labels look wrong."""
