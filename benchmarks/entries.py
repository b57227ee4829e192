"""The records and entries of the synthetic repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus import Corpus

CHECKER = "fritz-vogel"  # who carries out no action


def capa(document: str, corpus: Corpus) -> str:
    """A closed CAPA with five actions."""
    rows = "".join(
        f"| {corpus.sentence()} | {corpus.person()} | 2026-0{n + 2}-11 | 2026-0{n + 2}-09 |\n" for n in range(5)
    )
    return f"""---
id: {document}
type: capa
title: {corpus.sentence()}
owner: quality-manager
opened: 2026-01-07
closed: 2026-08-03
procedure: {corpus.any("SOP")}
references: {corpus.several("SOP", 2)}
action_kind: corrective
source: process
cause_on: 2026-01-12
cause_by: {corpus.person()}
planned_on: 2026-01-20
adverse_effect_checked: true
implemented_on: 2026-07-01
effective: true
effectiveness_checked_on: 2026-07-30
effectiveness_checked_by: {CHECKER}
---

# {document}

## Problem

{corpus.paragraph()}

## Cause

{corpus.paragraph()}

## Actions

| Action | Responsible | Due | Done on |
|---|---|---|---|
{rows}
## Effectiveness check

{corpus.paragraph()}
"""


def complaint(document: str, corpus: Corpus) -> str:
    """A closed complaint that is not reportable."""
    return f"""---
id: {document}
type: complaint
title: {corpus.sentence()}
owner: customer-support
opened: 2026-03-11
closed: 2026-04-16
procedure: {corpus.any("SOP")}
devices: {corpus.several("DEV", 1)}
references: {corpus.several("RSK", 1)}
received: 2026-03-11
aware_on: 2026-03-11
aware_by: {corpus.person()}
complainant: crm:{document[4:]}
lot: lot {document[4:]}
assessed_on: 2026-03-13
is_complaint: true
is_complaint_reason: {corpus.sentence()}
reportable: false
reportable_reason: {corpus.sentence()}
investigated: true
capa: {corpus.any("CAPA")}
---

# {document}

## Description

{corpus.paragraph()}

## Investigation

{corpus.paragraph()}

## Reply

{corpus.paragraph()}
"""


def training(document: str, corpus: Corpus) -> str:
    """A training with three procedures."""
    rows = "".join(f"| {corpus.any('SOP')} | 1 |\n" for _ in range(3))
    return f"""---
id: {document}
type: training
title: {corpus.sentence()}
owner: quality-manager
opened: 2026-05-12
closed: 2026-05-26
procedure: {corpus.any("SOP")}
person: {corpus.person()}
trained_on: 2026-05-22
method: read
result: passed
---

# {document}

## Documents

| Document | Revision |
|---|---|
{rows}
## Content and check

{corpus.paragraph()}
"""


def device(document: str, corpus: Corpus) -> str:
    """A device of class IIa."""
    return f"""---
id: {document}
type: device
title: Device {int(document[4:])} for {corpus.words(2)}
owner: quality-manager
from: 2025-04-14
risk_class: IIa
rule: 11
implantable: false
sterile: false
software: true
measuring: true
reusable: false
lifetime_months: 36
references: {corpus.several("SOP", 2)}
---

# {document}

## Intended purpose

{corpus.paragraph()}

## Classification

{corpus.paragraph()}
"""


def supplier(document: str, corpus: Corpus) -> str:
    """A supplier that was evaluated in the year before."""
    return f"""---
id: {document}
type: supplier
title: Supplier {int(document[4:])}
owner: purchasing
from: 2025-02-17
supplies: {corpus.sentence()}
criticality: important
evaluated_on: 2026-05-18
evaluate_every: 12
references: {corpus.several("RSK", 2)}
---

# {document}

## Evaluation

{corpus.paragraph()}
"""


def risk(document: str, corpus: Corpus) -> str:
    """A risk with three controls."""
    rows = "".join(f"| {corpus.sentence()} | design | {corpus.any('SOP')} | false |\n" for _ in range(3))
    return f"""---
id: {document}
type: risk
title: {corpus.sentence()}
owner: risk-manager
from: 2026-01-07
domain: process
devices: {corpus.several("DEV", 1)}
hazard: {corpus.sentence()}
situation: {corpus.sentence()}
harm: {corpus.sentence()}
severity: 3
probability: {1 + int(document[4:]) % 5}
residual_severity: 2
residual_probability: 1
references: {corpus.several("SOP", 2)}
---

# {document}

## Controls

| Control | Option | Verified by | Adds risk |
|---|---|---|---|
{rows}
## Judgement

{corpus.paragraph()}
"""


WRITERS: dict[str, Callable[[str, Corpus], str]] = {
    "CAPA": capa,
    "CMP": complaint,
    "TRN": training,
    "DEV": device,
    "SUP": supplier,
    "RSK": risk,
}
