"""Which languages an encoder was made for."""

from cartolearn.embeddings.sentence_transformer import INSTALLED, SentenceEncoder
from cartolearn.embeddings.universal import LANGUAGES, UniversalEncoder
from cartolearn.embeddings.wordllama import WordLlama

ENGLISH = frozenset({"en"})


def made_for(embedding: object) -> frozenset[str] | None:
    """Return ISO 639-1 codes; None where it is not known, or the texts themselves are counted."""
    if isinstance(embedding, UniversalEncoder):
        return LANGUAGES
    if isinstance(embedding, WordLlama):
        return ENGLISH
    if isinstance(embedding, SentenceEncoder) and embedding.model == INSTALLED:
        return ENGLISH
    return None
