"""Which question of a Label Studio interface our classes answer."""

import re
from dataclasses import dataclass

from cartolearn.errors import InputError

LONGEST = 100_000  # characters of an interface
_TAG = re.compile(r"<(Choices|Text)\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class Question:
    """A choice about a text.

    Attributes:
        name: The control's name.
        of: The name of the text that it is about.
        field: Where that text stands in a task.
    """

    name: str = "label"
    of: str = "text"
    field: str = "text"


def question_of(interface: str) -> Question:
    """Return the choice about a text in a labelling interface.

    Args:
        interface: Label Studio's XML. It is searched, not parsed: nothing in it is resolved.

    Raises:
        InputError: It holds none, or several.
    """
    tags = [
        (tag, {name: value[1:-1] for name, value in _ATTRIBUTE.findall(inside)})
        for tag, inside in _TAG.findall(interface[:LONGEST])
    ]
    texts = {found.get("name"): found.get("value", "") for tag, found in tags if tag == "Text"}
    choices = [found for tag, found in tags if tag == "Choices" and texts.get(found.get("toName"))]
    if len(choices) != 1:
        raise InputError(
            f"the interface holds {len(choices)} choices about a text; it takes one, e.g. that of"
            " the file which label next --format labelstudio writes beside the tasks"
        )
    of = choices[0]["toName"]
    return Question(choices[0].get("name", "label"), of, str(texts[of]).lstrip("$"))
