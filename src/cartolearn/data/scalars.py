"""The name of a class from whatever scalar a file holds."""

import math

LARGEST_WHOLE = 2.0**53


def label_name(value: object) -> str | None:
    """Return ``value`` as a label: "" if it is missing, None if it is no scalar.

    True and false are spelled as JSON does, and a whole number that a missing value has turned
    into a float loses its ".0", so that one class has one name in every file format.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_name(value)
    if isinstance(value, bytes | list | tuple | dict | set):
        return None
    return str(value)


def _float_name(value: float) -> str:
    if math.isnan(value):
        return ""
    if value.is_integer() and abs(value) <= LARGEST_WHOLE:
        return str(int(value))
    return repr(value)
