"""From run folders to the paper's tables, figures and claims."""
