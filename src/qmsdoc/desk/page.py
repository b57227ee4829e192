"""The desk's pages as HTML: no script, nothing from elsewhere; every text of a document or a person is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from qmsdoc.desk.text import readable
from qmsdoc.redline import html as redline
from qmsdoc.trust.act import Meaning
from qmsdoc.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qmsdoc.desk.office import Opened, Room
    from qmsdoc.project import Document
    from qmsdoc.signing.keyfile import SigningError
    from qmsdoc.trust.statement import Statement
    from qmsdoc.views.inbox import Waiting

_DO = {
    Meaning.AUTHOR: "Submit",
    Meaning.REVIEW: "Review",
    Meaning.APPROVAL: "Approve",
    Meaning.ISSUE: "Put in force",
    Meaning.NO_CHANGE: "Review again",
    Meaning.CLOSURE: "Close",
    Meaning.CORRECTION: "Confirm the correction of",
    Meaning.ACKNOWLEDGEMENT: "Read",
}
_NOTE = {
    Meaning.NO_CHANGE: "If something must change, do not sign: begin the next revision of the document instead.",
    Meaning.AUTHOR: "Nobody has submitted this text yet. By signing you ask for its review and approval.",
}
_COMMIT = (
    "Nothing is committed yet. Others see your signature once these files are committed and merged; "
    "who looks after the repository does that, or you do:"
)
_READ = "read and understood"
_PROTECTED = {
    "passphrase": "Passphrase of your key",
    "security-key": "PIN of your security key; touch it when it blinks",
}


def inbox(room: Room) -> str:
    """The first page: what waits for the person."""
    waiting = [item for item in room.waiting if item.meaning is not Meaning.AUTHOR]
    drafts = [item for item in room.waiting if item.meaning is Meaning.AUTHOR]
    parts = ["<h1>Waits for you</h1>"]
    parts += _list(waiting, room) if waiting else ["<p class=empty>Nothing waits for your signature.</p>"]
    if drafts:
        parts += ["<h2>Drafts of your roles</h2>", "<p>Nobody has submitted them yet.</p>", *_list(drafts, room)]
    return _whole("Inbox", parts, room)


def item(room: Room, opened: Opened, form: str, *, error: SigningError | None = None, reason: str = "") -> str:
    """One thing that waits: what changed, the text, the statement, and the form to sign it."""
    document = opened.waiting.document
    heading = f"{_DO[opened.waiting.meaning]} {_name(document)}"
    parts = [
        "<p class=back><a href=/>Back to what waits for you</a></p>",
        f"<h1>{escape(heading)}<small>{_text(document.title)}</small></h1>",
    ]
    if error:
        parts.append(_error("Nothing was signed", error))
    if note := _NOTE.get(opened.waiting.meaning):
        parts.append(f"<p class=note>{note}</p>")
    if opened.ready is None:
        parts.append(_error("This cannot be signed now", opened.refusal) if opened.refusal else "")
        return _whole(heading, parts, room)
    if opened.comparison:
        parts += ["<section class=redline>", _as_part(redline.fragment(opened.comparison)), "</section>"]
    closed = " open" if not opened.comparison else ""
    text = readable(opened.text, opened.ready.document, f"/item/{opened.waiting.meaning.value}/{document.id}")
    parts.append(f"<details class=text{closed}><summary>The whole text</summary>\n{text}\n</details>")
    parts += _hashes(opened.ready.statement, opened)
    parts += _form(room, opened, form, reason)
    return _whole(heading, parts, room)


def signed(room: Room, opened: Opened, files: Sequence[str]) -> str:
    """What was signed and written, and what comes next."""
    assert opened.ready is not None
    told, name = opened.ready.statement, _name(opened.waiting.document)
    folder = files[0].rpartition("/")[0]
    message = f"{told.meaning} of {told.id}" + (f" revision {told.revision}" if told.revision else "")
    commit = f'git add {folder}\ngit commit -m "{message}"'
    copied = any("/copy/" in path for path in files)
    parts = [
        f"<h1>Signed<small>{escape(name)}: {_text(opened.waiting.document.title)}</small></h1>",
        _statement(told, room),
        "<p>The policy is met, so the approved copy was stored, too.</p>" if copied else "",
        "<h2>Files that were written</h2>",
        "<ul class=files>",
        *(f"<li><code>{_text(path)}</code></li>" for path in files),
        "</ul>",
        "<h2>What comes next</h2>",
        f"<p>{_COMMIT}</p>",
        f"<pre><code>{_text(commit, lines=True)}</code></pre>",
        "<p><a class=button href=/>Back to what waits for you</a></p>",
    ]
    return _whole("Signed", parts, room)


def refused(message: str, hint: str) -> str:
    """What speaks against an answer."""
    told = f"<p>{_text(hint)}</p>" if hint else ""
    return _whole(
        "Not possible", [f"<h1>Not possible</h1><div class=error role=alert><p>{_text(message)}</p>{told}</div>"]
    )


def missing(room: Room) -> str:
    """Nothing like that waits."""
    parts = [
        "<h1>This does not wait for you</h1>",
        "<p>Somebody may have signed it meanwhile, or the document was changed.</p>",
        "<p><a class=button href=/>Back to what waits for you</a></p>",
    ]
    return _whole("Not here", parts, room)


def closed() -> str:
    """For a browser that was not admitted."""
    parts = [
        "<h1>This desk is not open for you</h1>",
        "<p>Its address opens it once, in one browser; <code>qmsdoc desk</code>, started again, has another.</p>",
        "<p>If you did not use the address yourself, tell who looks after this computer.</p>",
    ]
    return _whole("Closed", parts)


def opening() -> str:
    """Leads on from the address, so that the browser itself asks for the first page and sends its cookie."""
    parts = ["<h1>The desk is open</h1>", "<p><a class=button href=/>See what waits for you</a></p>"]
    return _whole("Desk", parts, head='<meta http-equiv="refresh" content="0; url=/">')


def _list(items: Iterable[Waiting], room: Room) -> Iterator[str]:
    yield "<ul class=cards>"
    for it in items:
        dates = [("since", it.since), ("due", it.due)]
        told = " · ".join(f"{word} <time>{day.isoformat()}</time>" for word, day in dates if day)
        yield (
            f'<li><a href="/item/{it.meaning.value}/{escape(it.document.id)}">'
            f"<b>{escape(_DO[it.meaning])} {escape(_name(it.document))}</b>"
            f"<span>{_text(it.document.title)}</span></a>"
            f"<p>as {_text(room.title(it.role))}{' · ' if told else ''}{told}</p></li>"
        )
    yield "</ul>"


def _hashes(told: Statement, opened: Opened) -> Iterator[str]:
    """The files that are signed, with their hashes; attached ones can be opened."""
    assert opened.ready is not None
    document = opened.ready.document
    here = f"/item/{opened.waiting.meaning.value}/{document.id}/file"
    numbers = {file.path.removeprefix(f"{document.folder}/"): n for n, file in enumerate(document.attachments)}
    yield "<h2>What is signed</h2>\n<div class=scroll><table class=hashes>"
    yield "<tr><th scope=col>File</th><th scope=col>SHA-256</th></tr>"
    yield f"<tr><th scope=row>{_text(document.path)}</th><td><code>{told.document}</code></td></tr>"
    for name, digest in told.files.items():
        link = f'<a href="{here}/{numbers[name]}">{_text(name)}</a>' if name in numbers else _text(name)
        yield f"<tr><th scope=row>{link}</th><td><code>{digest}</code></td></tr>"
    yield "</table></div>"


def _statement(told: Statement, room: Room) -> str:
    who = f"{_text(told.name)} as {_text(room.title(told.role))}"
    return f"<blockquote class=statement><p>“{escape(told.says)}”</p><footer>{who}</footer></blockquote>"


def _form(room: Room, opened: Opened, form: str, reason: str) -> Iterator[str]:
    """The statement in words, and what the person fills in."""
    assert opened.ready is not None
    told, wanted, office = opened.ready.statement, opened.ready.confirmation, room.office
    yield "<h2 id=sign>Your statement</h2>"
    yield _statement(told, room)
    if office.key is None:
        yield "<p class=note>This desk shows and does not sign; start it with your key to sign.</p>"
        return
    reason = reason or (_READ if opened.waiting.meaning is Meaning.ACKNOWLEDGEMENT else "")
    yield f'<form method=post action="/item/{opened.waiting.meaning.value}/{escape(told.id)}" autocomplete=off>'
    yield f'<input type=hidden name=form value="{form}"><input type=hidden name=shown value="{opened.shown}">'
    yield _field(
        "reason", "Reason", f'required maxlength=1000 value="{escape(reason)}"', "It is part of the statement."
    )
    if opened.waiting.meaning is Meaning.ISSUE:
        yield _field("in_force_from", "In force from", "type=date", "Empty: from the planned day, or from today.")
    hint = "It confirms which text you mean."
    yield _field(
        "confirmation", f"Type “{wanted}” to confirm", "required spellcheck=false autocapitalize=off", hint
    )
    if label := _PROTECTED.get(office.protection):
        hint = f"It is used for this one signature and not kept. Key: {office.key.path}"
        yield _field("passphrase", label, "required type=password autocomplete=off", hint)
    yield "<button type=submit>Sign</button>"
    yield "</form>"


def _field(name: str, label: str, attributes: str, hint: str) -> str:
    return (
        f"<p class=field><label for={name}>{escape(label)}</label>"
        f"<input id={name} name={name} aria-describedby={name}-hint {attributes}>"
        f"<small id={name}-hint>{_text(hint)}</small></p>"
    )


def _error(title: str, error: SigningError) -> str:
    hint = f"<p>{_text(error.hint)}</p>" if error.hint else ""
    return f"<div class=error role=alert><p><b>{title}:</b> {_text(str(error), lines=True)}</p>{hint}</div>"


def _name(document: Document) -> str:
    return f"{document.id} revision {document.revision}" if document.revision else document.id


def _as_part(fragment: str) -> str:
    """The redline as a part of our page, whose heading is another one."""
    return fragment.replace("<h1>", "<h2 class=what>", 1).replace("</h1>", "</h2>", 1)


def _text(text: str, *, lines: bool = False) -> str:
    """Text of documents, people and paths: escaped, nothing invisible in it."""
    return "\n".join(escape(visible(line)) for line in text.splitlines()) if lines else escape(visible(text))


def _whole(title: str, parts: Iterable[str], room: Room | None = None, head: str = "") -> str:
    who = ""
    if room:
        company, name = _text(room.project.config.company.name), _text(room.person.name)
        who = f"<header class=who><a href=/>{company}</a><span>{name}</span></header>"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            head,
            f"<title>{escape(title)}</title>",
            '<link rel="stylesheet" href="/redline.css">',
            '<link rel="stylesheet" href="/desk.css">',
            "</head>",
            "<body>",
            who,
            "<main>",
            *parts,
            "</main>",
            "</body>",
            "</html>\n",
        ]
    )
