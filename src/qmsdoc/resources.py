"""The one door to files that come with the tool: in the wheel beside the package, in a checkout at its top."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data(*parts: str) -> Path:
    """A file or folder of the package's own data."""
    return _PACKAGE.joinpath("data", *parts)


def model() -> Path:
    """The model QMS: `sops/`, `records/`, `templates/`, `trust/`, `qmsdoc.toml`, `mkdocs.yml`.

    The wheel packs it beside the package; an editable install has no such folder and uses the checkout.
    """
    packed = data("model")
    return packed if packed.is_dir() else _PACKAGE.parent.parent
