"""The first quality objectives of a company (ISO 13485 5.4.1).

One is for the safety of devices, one for meeting requirements, one for the effectiveness of the system, as the
policy asks. Start values and targets are the company's to set.
"""

from __future__ import annotations

import re

_ROWS = """\
| Devices that do no harm | Serious incidents and field safety corrective actions; start value: first year | No increase | prrc | {year}-12-31 |
| Requirements met in time | Reports and answers to authorities within their limits; start value: first year | 100 % | regulatory-affairs | {year}-12-31 |
| A system that people know | Trained before the date of force; start value: first procedures | at least 95 % | quality-manager | {year}-12-31 |
"""  # noqa: E501 - rows of a table cannot be broken
_table = re.compile(r"(?P<head>^\|[^\n]*\n\|[ :|-]+\n)(?:\|[^\n]*\n)*", re.MULTILINE)
_title_year = re.compile(r"^title: .*?\b(20[0-9]{2})\b", re.MULTILINE)


def begun(text: str, year: int) -> str:
    """A plan of objectives with first objectives in the place of the example's, for another year."""
    head, mark, body = text.partition("\n---\n")
    body = _table.sub(lambda match: match["head"] + _ROWS.format(year=year), body, count=1)
    if before := _title_year.search(head):
        head = head.replace(before[0], before[0].replace(before[1], str(year)))
        body = body.replace(before[1], str(year))
    return head + mark + body


def path_of_year(path: str, year: int) -> str:
    """The path of such a plan, named by its year."""
    return re.sub(r"\b20[0-9]{2}(?=\.md$)", str(year), path)
