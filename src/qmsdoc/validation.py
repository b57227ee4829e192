"""Runs a pydantic model over text values, and says its errors in the author's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qmsdoc.suggest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmsdoc.project import Value
    from qmsdoc.types.base import Fields


def validate(model: type[Fields], data: Mapping[str, Any]) -> dict[str, Value]:
    """Validate with a model and return the given values by key; raises ValidationError."""
    if not model.__pydantic_complete__:
        model.model_rebuild()
    values = model.__pydantic_validator__.validate_python(data).__dict__
    return {key: values[key if key in values else f"{key}_"] for key in data}


def in_plain_words(details: Any) -> str:
    """What a pydantic error means to an author."""
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == "value_error":
        return str(context["error"])
    if isinstance(value, list):
        return "a list where one value is expected"
    if kind == "literal_error":
        return f"`{value}` is not one of {_choices(context)}"
    if kind in {"tuple_type", "list_type"}:
        return f"`{value}` is not a list"
    limits = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in limits:
        limit, words = limits[kind]
        return f"`{value}` is out of range: {words} {context[limit]}"
    return f"`{value}`: {details['msg'].lower()}"


def hint_for(details: Any) -> str | None:
    """How to mend what `in_plain_words` names."""
    kind, value = details["type"], details["input"]
    if kind in {"tuple_type", "list_type"}:
        return f"write it as `[{value}]`"
    if kind == "literal_error" and isinstance(value, str):
        choices = _choices(details["ctx"]).replace(" or ", ", ").split(", ")
        return f"did you mean `{best}`?" if (best := nearest(str(value), choices)) else None
    return None


def _choices(context: Mapping[str, Any]) -> str:
    return str(context["expected"]).replace("'", "")
