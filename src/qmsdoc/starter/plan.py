"""The files of a new repository, by path: computed from answers and the model QMS, without touching a disk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from qmsdoc import __version__, config
from qmsdoc.applicability import profile
from qmsdoc.document import read_document
from qmsdoc.drafting import naming
from qmsdoc.frameworks import load_catalogs
from qmsdoc.project import Project
from qmsdoc.schema import schemas
from qmsdoc.starter import choice, manual, objectives, settings, surroundings
from qmsdoc.starter.adapt import Start, adapted
from qmsdoc.starter.model import PEOPLE, POLICY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from qmsdoc.project import Document
    from qmsdoc.starter.answers import Answers
    from qmsdoc.starter.model import Model

UNTIL_IN_FORCE = timedelta(days=28)  # to review, to approve, and to train who must know it
DEVICES = "records/devices"

Files = dict[str, bytes]


def company(answers: Answers, model: Model, today: date, taken: Mapping[str, str]) -> Files:
    """The repository of a company: the documents that apply as drafts, its settings, and what stands around it.

    taken: ids of devices that are there already, by the end of their file's name (`-woundtrace.md`).
    """
    texts = {
        config.FILE: settings.config(answers, model.project.config),
        PEOPLE: settings.people(model.project.people.roles, answers.holders, today),
        "mkdocs.yml": settings.look(answers),
        **_devices(answers, model, today, taken),
    }
    project = _project(texts, answers, model)
    given = profile(project, today)
    begun = choice.objectives(model)
    generic = _generic(model, begun)
    chosen = choice.applying(generic, project, given)
    start = Start(
        model=model.project,
        catalogs=project.catalogs,
        paths={d.path: _path(d, begun, today) for d in chosen},
        generic=frozenset(d.path for d in generic),
        in_force_from=today + UNTIL_IN_FORCE,
        language=answers.language,
    )
    for document in chosen:
        text = adapted(document, model.text(document.path), start)
        if document in begun:
            text = objectives.begun(text, today.year + 1)
        if document.type.name == "manual":
            text = manual.rewritten(document, text, answers, project, given)
        texts[start.paths[document.path]] = text
    files = {path: text.encode() for path, text in texts.items()}
    own = {path: model.files[path] for name, path in model.frameworks.items() if name in answers.frameworks}
    return files | own | around(answers.name, answers.accounts, model, [(start.paths[d.path], d) for d in chosen])


def example(model: Model, accounts: Mapping[str, str]) -> Files:
    """The example manufacturer with its records; nothing in it is signed, so everything is a draft."""
    files = dict(model.files)
    text = model.text(config.FILE)
    if not model.project.config.site.drafts:
        text = text.replace("[site]\n", "[site]\ndrafts = true  # until the first documents are in force\n", 1)
    files[config.FILE] = text.encode()
    controlled = [(d.path, d) for d in model.project.documents if d.revision]
    return files | around(model.project.config.company.name, accounts, model, controlled)


def around(
    name: str, accounts: Mapping[str, str], model: Model, documents: Sequence[tuple[str, Document]]
) -> Files:
    """What stands around the documents: policy, schemas for editors, CI, and who is asked to review."""
    texts = {
        **surroundings.surroundings(__version__),
        **surroundings.owners(documents, settings.trust_roles(model.files[POLICY]), accounts),
        "README.md": settings.readme(name, __version__),
    }
    for type_name, text in schemas(model.project.types).items():
        texts[f"schemas/{type_name}.schema.json"] = text
    return {path: text.encode() for path, text in texts.items()} | {POLICY: model.files[POLICY]}


def _generic(model: Model, begun: Sequence[Document]) -> list[Document]:
    """The generic documents of the model, and its plans of objectives, in the order of paths."""
    found = {d.path: d for d in (*choice.generic(model), *begun)}
    return [found[path] for path in sorted(found)]


def _path(document: Document, begun: Sequence[Document], today: date) -> str:
    return objectives.path_of_year(document.path, today.year + 1) if document in begun else document.path


def _devices(answers: Answers, model: Model, today: date, taken: Mapping[str, str]) -> dict[str, str]:
    """An entry for each device; one that is there already keeps its id."""
    entry = model.project.types["device"]
    texts: dict[str, str] = {}
    ids = list(taken.values())
    for device in answers.devices:
        ending = naming.file_name("", device.name)
        document_id = taken.get(ending) or naming.next_id(entry, ids)
        ids.append(document_id)
        texts[f"{DEVICES}/{document_id}{ending}"] = settings.device(entry, document_id, device, today)
    return texts


def _project(texts: Mapping[str, str], answers: Answers, model: Model) -> Project:
    """The company with its devices and nothing else, to ask what applies to it."""
    read = config.read_config(texts[config.FILE])
    own = model.project.catalogs.own
    devices = [
        read_document(path, text.encode(), model.project.types)[0]
        for path, text in texts.items()
        if path.startswith(f"{DEVICES}/")
    ]
    return Project(
        config=read,
        people=model.project.people,
        catalogs=load_catalogs(answers.frameworks, own),
        types=model.project.types,
        documents=tuple(filter(None, devices)),
    )
