"""Did you mean: the nearest known word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 200  # characters of a word; a longer text is no misspelt word
_LOOK_ALIKES = str.maketrans("oil", "011")


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The known word most like the given one, or an empty text."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only mistakes need it

    if len(word) > LONGEST:
        return ""
    by_fold = {_fold(candidate): candidate for candidate in known}
    matcher = SequenceMatcher(b=_fold(word))
    best = (cutoff, "")
    for candidate in by_fold:
        matcher.set_seq1(candidate)
        # Each is an upper limit of the next, which takes longer.
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), candidate))
    return by_fold.get(best[1], "")


def _fold(word: str) -> str:
    """Case and look-alikes aside: `SOP-0O7` is `SOP-007` to the eye, nearer than `SOP-017`."""
    return word.casefold().translate(_LOOK_ALIKES)


def did_you_mean(word: str, known: Iterable[str], *, limit: int = 12) -> str:
    """A hint: the nearest known word, else the known words where they are few, else nothing."""
    known = sorted(known)
    if candidate := nearest(word, known):
        return f"did you mean `{candidate}`?"
    return f"known: {', '.join(known)}" if 0 < len(known) <= limit else ""
