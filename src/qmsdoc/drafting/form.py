"""A form is a controlled document whose body is filled with a few values; it is no program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qmsdoc.frontmatter import MAX_DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.nodes import Node

    from qmsdoc.project import Document, Project
    from qmsdoc.types.base import DocumentType

PLAIN = "# {{ title }}\n{% for section in sections %}\n## {{ section }}\n{% endfor %}"
_markup = re.compile(r"[\\`*<>\[\]|~#]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")
_begins_a_block = re.compile(r"^(?=[-+=:])|^[0-9]+(?=[.)])", re.MULTILINE).sub  # escaped by what stands behind it
_NODES = {"Template", "Output", "TemplateData", "Name", "If", "Not", "And", "Or", "Compare", "Operand"}
_guidance = re.compile(r"^> Guidance:[^\n]*\n(?:>[^\n]*\n)*\n?", re.MULTILINE).sub  # for who fills the form
_LONGEST_CONSTANT = 80  # as in `sections | join(', ')`


class FormError(ValueError):
    """A form is more than a text with places for values."""


def form_for(document_type: DocumentType, project: Project) -> Document | None:
    """The form that makes this type: `makes` names it."""
    return next((d for d in project.by_type.get("form", ()) if d.text("makes") == document_type.name), None)


def procedure_for(form: Document | None, project: Project) -> str:
    """The id of the procedure that a form names; empty where it names none or several."""
    named = form.items("references") if form else ()
    found = [name for name in named if (known := project.by_id.get(name)) and known.type.name == "sop"]
    return found[0] if len(found) == 1 else ""


def first_sections(document_type: DocumentType) -> list[str]:
    """The headings that a new document must have."""
    return [section.heading for section in document_type.sections if section.since == document_type.stages[0].name]


def fill(template: str, document_type: DocumentType, values: Mapping[str, str]) -> str:
    """Fill the body of a form: `{{ title }}`, `{% for section in sections %}`, `{% if … %}`, and nothing else.

    Quotes that begin with `Guidance:` are for who fills the form, and stay in the form.

    Raises FormError, and what Jinja raises for a template that it cannot read or a value that is not there.
    """
    from jinja2 import StrictUndefined  # noqa: PLC0415 - only new documents need it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - as above

    # Documents are Markdown, not HTML: escaping happens where HTML is made.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
    form = environment.parse(_guidance("", template))
    _refuse_programs(form)
    as_text = {key: literal(value) for key, value in values.items()}
    text = ""
    for piece in environment.from_string(form).generate({**as_text, "sections": first_sections(document_type)}):
        text += piece
        if len(text) > MAX_DOCUMENT:
            raise FormError(f"it becomes longer than {MAX_DOCUMENT // 2**20} MiB")
    return text


def _refuse_programs(form: Node) -> None:
    """Refuse what only a program needs: what can reach further, and what can fill the memory or never end.

    The sandbox of Jinja keeps a form from what is not its own; it does not keep `'x'.ljust(10000000000)` small.
    """
    from jinja2 import nodes  # noqa: PLC0415 - only new documents need it

    for node in form.find_all(nodes.Node):
        allowed = type(node).__name__ in _NODES
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


def literal(value: str) -> str:
    """A value as Markdown that shows it letter by letter: `<b>` and `*` in a title are no markup."""
    return _markup.sub(r"\\\g<0>", value)


def paragraphs(text: str) -> str:
    """Several lines as Markdown that shows them letter by letter: no heading, list or code begins in them."""
    return _begins_a_block(r"\g<0>\\", "\n".join(literal(line.strip()) for line in text.strip().splitlines()))
