"""Entries: items of a living register, always current, each change attributable."""

from __future__ import annotations

from qmsdoc.types.entries import device, registers, risk

TYPES = (*device.TYPES, *registers.TYPES, *risk.TYPES)
