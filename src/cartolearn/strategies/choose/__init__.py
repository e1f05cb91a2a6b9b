"""How a batch is made of scores: one file each, and one YAML file each in conf/choose."""
