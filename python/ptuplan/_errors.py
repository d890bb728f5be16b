"""What can be wrong with an input, with its place and what to do about it."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Diagnostic:
    """One mistake in an input, or one thing to know about it."""

    severity: str
    """``error`` or ``warning``."""
    code: str
    """What it says, as a name that stays: ``price-not-in-force``."""
    message: str
    """The sentence, without a full stop."""
    place: tuple[str, int, int] | None
    """File, line and column, from 1; 0 where the whole line or file is meant."""
    hint: str | None
    """What to do about it."""
    text: str = field(repr=False)
    """All of it in the words of the command line."""

    def __str__(self) -> str:
        return self.text


class PtuplanError(Exception):
    """Anything this package raises on purpose."""


class InputError(PtuplanError, ValueError):
    """An input is wrong. All its mistakes are in ``diagnostics``; ``str()`` is the text of the command line."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(own) for own in self.diagnostics))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)

    @property
    def code(self) -> str:
        """The code of the first mistake."""
        return self.diagnostics[0].code

    @property
    def place(self) -> tuple[str, int, int] | None:
        """The place of the first mistake."""
        return self.diagnostics[0].place

    @property
    def hint(self) -> str | None:
        """What to do about the first mistake."""
        return self.diagnostics[0].hint


class ClusterError(PtuplanError, RuntimeError):
    """Workers of a cluster cannot do what was asked: another version of the package, or tasks lost again and again."""


class PtuplanWarning(UserWarning):
    """An input can be used, and its owner should know something about it."""


def mistake(code: str, message: str, hint: str | None = None) -> InputError:
    """An error of the package's own arguments."""
    text = f"error: {message}" + (f"\n hint: {hint}" if hint else "")
    return InputError([Diagnostic("error", code, message, None, hint, text)])


def warn(diagnostic: Diagnostic) -> None:
    """Warns once for each place in the caller's program."""
    warnings.warn(str(diagnostic), PtuplanWarning, stacklevel=3)
