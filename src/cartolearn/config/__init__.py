"""From Hydra's composed config to checked objects, and how the command line fails."""
