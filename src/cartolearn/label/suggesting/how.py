"""How a language model is asked: its options."""

from dataclasses import dataclass

from cartolearn.config.types import Count, Positive, Size


@dataclass(frozen=True)
class Suggesting:
    """How a language model is asked.

    Attributes:
        examples: Labelled texts of each class that are shown.
        max_characters: Of a text that are sent, at most.
        max_answer: Tokens of an answer, at most.
        concurrency: Requests under way at the same time.
        tries: Of one text, at most.
        first_wait: Seconds before the second try; doubled for each further one.
        longest_wait: Seconds that a server may ask to wait.
        timeout: Seconds that an answer may take.
    """

    examples: Size
    max_characters: Count
    max_answer: Count
    concurrency: Count
    tries: Count
    first_wait: Positive
    longest_wait: Positive
    timeout: Positive
