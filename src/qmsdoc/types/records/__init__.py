"""Records: evidence of one event, open until closed, then only corrected (ISO 13485 4.2.5).

A type has a model of its own where a rule, a clock or a view reads its fields; all others are a `record` with a
kind.
"""

from __future__ import annotations

from qmsdoc.types.records import people, product, quality, regulatory, surveillance

TYPES = (*quality.TYPES, *people.TYPES, *surveillance.TYPES, *product.TYPES, *regulatory.TYPES)
