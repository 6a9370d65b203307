"""Problems that the user can mend."""

from __future__ import annotations


class UserError(Exception):
    """A problem the user can mend: one sentence that says what is wrong, one that says what to do.

    Parameters
    ----------
    message
        What was wrong, naming the thing (path, column, group) that was wrong.
    hint
        What to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message if not hint else f"{message} {hint}")
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[UserError], tuple[str, ...]]:
        # Exceptions pickle their args, which here is the joined sentence.
        return (type(self), (self.message, self.hint))
