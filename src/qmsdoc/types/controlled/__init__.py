"""Controlled documents: they have revisions that are approved and come into force (ISO 13485 4.2.4)."""

from __future__ import annotations

from qmsdoc.types.controlled import system, technical

TYPES = (*system.TYPES, *technical.TYPES)
