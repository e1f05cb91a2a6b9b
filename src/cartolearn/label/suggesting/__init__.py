"""Labels by a language model behind an endpoint: never labels that count, but to be measured."""
