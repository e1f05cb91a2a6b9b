"""The page to check labels on: the labelling page's desk and review, over an audit."""
