"""New documents of one type in one repository: begun, tried, and written all or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qmsdoc.cli.session import Fatal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qmsdoc.cli.session import Session
    from qmsdoc.diagnostics import Diagnostic
    from qmsdoc.drafting.text import Given
    from qmsdoc.types.base import DocumentType


@dataclass(frozen=True)
class Draft:
    """A document that is not written yet, and the files that go with it; paths relative to the root."""

    path: str
    text: str
    values: Mapping[str, Given]
    attached: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        """Everything that is to be written."""
        return {self.path: self.text.encode()} | dict(self.attached)


class Drafts:
    """Where documents of one type are begun."""

    def __init__(self, session: Session, document_type: DocumentType, folder: Path | None) -> None:
        from qmsdoc.drafting.form import form_for
        from qmsdoc.load import source

        self.session = session
        self.type = document_type
        self.form = form_for(document_type, session.project)
        self.template = source(session.root, self.form).body if self.form else None
        self.folder = _folder(session, document_type, folder)
        self._taken: set[str] | None = None

    def begin(self, said: Mapping[str, Given], attached: Mapping[str, bytes] | None = None) -> Draft:
        """A document from what was said; what is known without asking is added.

        attached: files by their name beside the document. Raises Fatal for a form that cannot be filled.
        """
        from qmsdoc.drafting import naming, text

        document_id = str(said.get("id") or self._next_id())
        names = list(attached or ())
        values = {**self.known(document_id), **said, **({"attachments": names} if names else {})}
        try:
            composed = text.compose(self.type, values, self.template)
        except Exception as error:  # noqa: BLE001 - a form is a small program; whatever it does wrong is its mistake
            raise Fatal(
                f"the form of {self.type.name} cannot be filled: {error}", "mend the form in templates/"
            ) from None
        path = f"{self.folder}/{naming.file_name(document_id, str(values.get('title', '')))}"
        beside = {f"{self.folder}/{document_id}/{name}": data for name, data in (attached or {}).items()}
        return Draft(path, composed, values, beside)

    def known(self, document_id: str) -> dict[str, Given]:
        """What a new document holds unless somebody says otherwise."""
        from qmsdoc.drafting import form, text

        values = text.defaults(self.type, document_id, self.session.today)
        owner = self.form.text("owner") if self.form else ""
        made_under = self.type.refers.get("procedure") == "document"
        procedure = form.procedure_for(self.form, self.session.project) if made_under else ""
        return values | {key: said for key, said in (("owner", owner), ("procedure", procedure)) if said}

    def tried(self, drafts: Sequence[Draft]) -> Sequence[Diagnostic]:
        """What a check would find in them."""
        from qmsdoc.drafting.trial import findings

        attached = {draft.path: list(draft.attached) for draft in drafts}
        texts = {draft.path: draft.text for draft in drafts}
        return findings(self.session.project, texts, self.session.today, attached)

    def write(self, drafts: Sequence[Draft]) -> None:
        """Write all of them or none; raises Fatal."""
        from qmsdoc.landing import land

        files = {path: data for draft in drafts for path, data in draft.files.items()}
        try:
            land(self.session.root, files)
        except FileExistsError as error:
            raise Fatal(str(error), "choose another title, or remove the file") from None
        except OSError as error:
            raise Fatal(f"nothing was written: {error.strerror or error}") from None

    def _next_id(self) -> str:
        """The next free id over this folder and, where it is a git repository, all local branches."""
        from qmsdoc.drafting.naming import next_id
        from qmsdoc.external import git
        from qmsdoc.scalars import id_from_name

        if self._taken is None:
            on_branches = {id_from_name(path) for path in git.paths_on_branches(self.session.root)}
            self._taken = set(self.session.project.known_ids) | on_branches
        found = next_id(self.type, self._taken)
        self._taken.add(found)
        return found


def _folder(session: Session, document_type: DocumentType, folder: Path | None) -> str:
    if folder is None:
        return document_type.folder
    chosen = folder.resolve()
    if not chosen.is_relative_to(session.root / document_type.folder):
        raise Fatal(
            f"documents of type {document_type.name} do not lie in {folder}",
            f"choose a folder below {document_type.folder}/",
        )
    return chosen.relative_to(session.root).as_posix()
