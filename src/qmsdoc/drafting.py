"""Begins a new document: its id, its front matter from the model, its body from the form."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from qmsdoc.frontmatter import MAX_DOCUMENT
from qmsdoc.types.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from jinja2.nodes import Node

    from qmsdoc.project import Document, Project
    from qmsdoc.types.base import DocumentType

_needs_quotes = re.compile(r"^[\s\-?:,\[\]{}#&*!|>'\"%@`]|: |:$| #|\s$|^(n/a)").search
_markup = re.compile(r"[\\`*<>\[\]|~#]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe"})
_PLAIN_BODY = "# {{ title }}\n{% for section in sections %}\n## {{ section }}\n{% endfor %}"
_FORM_NODES = {"Template", "Output", "TemplateData", "Name", "If", "Not", "And", "Or", "Compare", "Operand"}
_guidance = re.compile(r"^> Guidance:[^\n]*\n(?:>[^\n]*\n)*\n?", re.MULTILINE).sub  # for who fills the form
_LONGEST_CONSTANT = 80  # as in `sections | join(', ')`


class FormError(ValueError):
    """A form is more than a text with places for values."""


def next_id(document_type: DocumentType, taken: Iterable[str]) -> str:
    """The id after the highest of its prefix: `SOP-016`. An id is never used twice, so gaps stay."""
    pattern = re.compile(rf"{document_type.prefix}-([0-9]{{1,9}})", re.ASCII)
    numbers = [int(match[1]) for match in map(pattern.fullmatch, taken) if match]
    return f"{document_type.prefix}-{max(numbers, default=0) + 1:03}"


def file_name(document_id: str, title: str) -> str:
    """The id and the title in plain letters: `SOP-016-cleaning-of-returned-devices.md`."""
    plain = (
        unicodedata.normalize("NFKD", title.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode().lower()
    )
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    return f"{document_id}-{words}.md" if words else f"{document_id}.md"


def form_for(document_type: DocumentType, project: Project) -> Document | None:
    """The form that makes this type: `makes` names it."""
    return next(
        (d for d in project.documents if d.type.name == "form" and d.text("makes") == document_type.name),
        None,
    )


def front_matter(document_type: DocumentType, values: Mapping[str, Any]) -> str:
    """The keys of the first stage, filled as far as `values` knows; what is open stays empty, with its choices.

    Nothing is invented to make a document look complete: an empty key is reported until somebody fills it.
    """
    first = document_type.stages[0].name
    lines = []
    for key, since in document_type.since.items():
        if since != first:
            continue
        if key in values:
            lines.append(f"{key}: {_scalar(values[key])}")
        else:
            lines.append(f"{key}:{_choices(document_type, key)}")
    return "\n".join(["---", *lines, "---", ""])


def defaults(document_type: DocumentType, document_id: str, title: str, owner: str, today: date) -> dict[str, Any]:
    """What is known of a new document without asking."""
    values = {"id": document_id, "type": document_type.name, "title": title}
    if owner:
        values["owner"] = owner
    if document_type.kind is Kind.CONTROLLED:
        values["revision"] = "1"
    elif document_type.kind is Kind.RECORD:
        values["opened"] = today.isoformat()
    else:
        values["from"] = today.isoformat()
    return values


def body(template: str | None, document_type: DocumentType, values: Mapping[str, Any]) -> str:
    """Fill the body of a form: `{{ title }}`, `{% for section in sections %}`, `{% if … %}`, and nothing else.

    Quotes that begin with `Guidance:` are for who fills the form, and stay in the form.

    Raises FormError, and what Jinja raises for a template that it cannot read or a value that is not there.
    """
    from jinja2 import StrictUndefined  # noqa: PLC0415 - only `new` needs it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - as above

    # Documents are Markdown, not HTML: escaping happens where HTML is made.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
    form = environment.parse(_guidance("", template or _PLAIN_BODY))
    _refuse_programs(form)
    sections = [
        section.heading for section in document_type.sections if section.since == document_type.stages[0].name
    ]
    as_text = {key: _literal(value) for key, value in values.items()}
    text = ""
    for piece in environment.from_string(form).generate({**as_text, "sections": sections}):
        text += piece
        if len(text) > MAX_DOCUMENT:
            raise FormError(f"it becomes longer than {MAX_DOCUMENT // 2**20} MiB")
    return text


def _refuse_programs(form: Node) -> None:
    """Refuse what only a program needs: what can reach further, and what can fill the memory or never end.

    The sandbox of Jinja keeps a form from what is not its own; it does not keep `'x'.ljust(10000000000)` small.
    """
    from jinja2 import nodes  # noqa: PLC0415 - only `new` needs it

    for node in form.find_all(nodes.Node):
        allowed = type(node).__name__ in _FORM_NODES
        if isinstance(node, nodes.For):
            allowed = (
                isinstance(node.iter, nodes.Name) and node.iter.name == "sections" and not node.find(nodes.For)
            )
        elif isinstance(node, nodes.Filter):
            allowed = node.name == "join"
        elif isinstance(node, nodes.Const):
            allowed = len(str(node.value)) <= _LONGEST_CONSTANT
        if not allowed:
            what = "values, `{% for section in sections %}` and `{% if … %}`"
            raise FormError(f"line {node.lineno} of its body is a program; a form has {what}")


def _literal(value: str) -> str:
    """A value as Markdown that shows it letter by letter: `<b>` and `*` in a title are no markup."""
    return _markup.sub(r"\\\g<0>", value)


def _scalar(value: str) -> str:
    """A value as YAML reads it back: quoted only where it must be."""
    return json.dumps(value, ensure_ascii=False) if _needs_quotes(value) or not value else value


def _choices(document_type: DocumentType, key: str) -> str:
    """The choices of a key as a comment, or its description."""
    info = document_type.model.model_fields[document_type.names[key]]
    annotations = [info.annotation, *get_args(info.annotation)]
    choice = next((a for a in annotations if get_origin(a) is Literal), None)
    return f"  # {' | '.join(get_args(choice))}" if choice else f"  # {info.description}"
