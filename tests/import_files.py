"""What does a file with proposals that came by mail look like, as JSON and as a spreadsheet?"""

import json
from typing import Any

from foundation.sheet_writing import PlainSheet, write_sheets
from tests.builders import ANSWERS

ENVELOPE: dict[str, Any] = {
    "received_at": "25.2.2027 kl. 10.30",
    "organisation.name": "Havnens Kor",
    "organisation.kind": "Forening",
    "organisation.cvr": "99999942",
    "organisation.staff_years": 0,
    "organisation.contact_name": "Korets formand",
    "organisation.contact_email": "formand@havnens-kor.example",
}


def proposal_row(**own: Any) -> dict[str, Any]:
    """A faultless proposal by code; keywords replace answers, `None` takes one away. Dots are written `__`."""
    row = {**ENVELOPE, **{key: _in_kroner(key, value) for key, value in ANSWERS.items()}}
    row |= {key.replace("__", "."): value for key, value in own.items()}
    return {key: value for key, value in row.items() if value is not None}


def _in_kroner(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [{part: _in_kroner(part, cell) for part, cell in row.items()} for row in value]
    return value // 100 if key in {"amount", "amount_sought"} else value


def json_file(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"proposals": list(rows)}).encode()


def sheet_file(*rows: dict[str, Any], headings: dict[str, str] | None = None) -> bytes:
    """The rows as a spreadsheet; `headings` by code become the second row."""
    flat = [dict(_flat(row)) for row in rows]
    codes = list(dict.fromkeys(code for row in flat for code in row))
    second = [[headings[code] for code in codes]] if headings else []
    body = [[row.get(code, "") for code in codes] for row in flat]
    return write_sheets([PlainSheet("Forslag", [codes, *second, *body], headings=1)])


def _flat(row: dict[str, Any]) -> list[tuple[str, str]]:
    cells = []
    for code, value in row.items():
        if isinstance(value, list):
            cells += [
                (f"{code}.{number}.{part}", str(cell))
                for number, one in enumerate(value, start=1)
                for part, cell in one.items()
            ]
        else:
            cells.append((code, str(value)))
    return cells
