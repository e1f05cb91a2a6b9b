"""The one exception a user is meant to see."""


class InputError(Exception):
    """The user's input cannot be used; the message says what is wrong, where, and what to do.

    The command line prints the message without a traceback and exits with code 2.
    """
