"""Text from documents and file names is hostile: what nobody can see is shown, not sent to a terminal or a log."""

from __future__ import annotations

import unicodedata

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, formats such as U+202E, lone surrogates, separators


def visible(text: str) -> str:
    r"""The text on one line, with `\u{202e}` in the place of every control and invisible character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _is_safe(char) else f"\\u{{{ord(char):x}}}" for char in text.replace("\t", "    "))


def _is_safe(char: str) -> bool:
    return unicodedata.category(char) not in _INVISIBLE
