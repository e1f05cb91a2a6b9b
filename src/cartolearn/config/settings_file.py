"""Reading a project's own YAML file: plain data, of exactly the fields that it has."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from cartolearn.errors import InputError
from cartolearn.plain_data import read_yaml

Kind = TypeVar("Kind")


def read_settings(file: Path, kind: type[Kind], missing: str) -> Kind:
    """Return what the file holds, as a ``kind``.

    Raises:
        InputError: It is missing (the message is ``missing``), cannot be read, or has other fields.
    """
    try:
        values: Any = read_yaml(file)
        return TypeAdapter(kind).validate_python(values)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(missing) from error
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "the file"
        raise InputError(f"{file}: {place}: {problem['msg']}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
