"""The options of every command, as Hydra groups; read it top to bottom."""
