"""Hydra launchers: slots on this machine, SLURM and Ray."""
