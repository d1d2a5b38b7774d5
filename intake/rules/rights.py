"""What may somebody with this relation to a case do with it in this state?

The application's own table (sources: reliability.md section 3 and contract 8.5-8.7). The tests hold a second copy,
transcribed on its own, and send real requests for every cell. A coordinator who works on a case stands to it as an
assessor does, but for the handing out of its assignments.
"""

from enum import StrEnum
from typing import Final

from intake.rules.lifecycle import LETTERS, State


class Relation(StrEnum):
    """How the actor of a request stands to one case."""

    OWN_APPLICANT = "own_applicant"
    OTHER_APPLICANT = "other_applicant"
    ASSIGNED = "assigned"
    UNDECLARED = "undeclared"
    COORDINATOR = "coordinator"
    UNASSIGNED = "unassigned"
    CONFLICTED = "conflicted"
    SECRETARIAT = "secretariat"
    COUNCIL = "council"
    MAYOR = "mayor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


APPLICANTS = frozenset({Relation.OWN_APPLICANT, Relation.OTHER_APPLICANT})


def _states(letters: str) -> frozenset[State]:
    return frozenset(LETTERS[letter] for letter in letters)


_ALL = _states("abcdefghijklmnopqrs")
_SENT = _states("bcdefghijklmnopqrs")
_FROM_DEPARTMENTS = _states("efghijklmnopq")
_FROM_HEARING = _states("efghijklmnopqr")
_FROM_SORTED = _states("ghijklmnopq")
_FROM_MEMO = _states("hijklmnopq")
_FROM_MAYOR = _states("mnopq")

_READERS: dict[Relation, frozenset[State]] = {
    Relation.OWN_APPLICANT: _ALL,
    Relation.ASSIGNED: _FROM_DEPARTMENTS,
    Relation.SECRETARIAT: _SENT,
    Relation.COUNCIL: _FROM_MEMO,
    Relation.MAYOR: _FROM_MAYOR,
    Relation.AUDITOR: _SENT,
}

RIGHTS: dict[str, dict[Relation, frozenset[State]]] = {
    "proposal.view": _READERS,
    "proposal.edit": {Relation.OWN_APPLICANT: _states("ad")},
    "proposal.submit": {Relation.OWN_APPLICANT: _states("ad")},
    "proposal.reopen": {Relation.OWN_APPLICANT: _states("b")},
    "proposal.restore": {Relation.OWN_APPLICANT: _states("a")},
    "proposal.withdraw": {Relation.OWN_APPLICANT: _states("bcdefghi")},
    "draft.delete": {Relation.OWN_APPLICANT: _states("a")},
    "attachment.upload": {Relation.OWN_APPLICANT: _states("ad")},
    "attachment.download": _READERS,
    "attachment.delete": {Relation.OWN_APPLICANT: _states("ad")},
    "copy.export": {
        Relation.OWN_APPLICANT: _SENT,
        Relation.SECRETARIAT: _SENT,
        Relation.AUDITOR: _SENT,
    },
    "revision.list": {
        Relation.OWN_APPLICANT: _ALL,
        Relation.SECRETARIAT: _SENT,
        Relation.AUDITOR: _SENT,
    },
    "receipt.view": {Relation.OWN_APPLICANT: _SENT},
    "formalcheck.view": {Relation.SECRETARIAT: _SENT, Relation.AUDITOR: _SENT},
    "formalcheck.record": {Relation.SECRETARIAT: _states("bc")},
    "formalcheck.reject": {Relation.SECRETARIAT: _states("cd")},
    "proposal.return": {Relation.SECRETARIAT: _states("c")},
    "caseworker.assign": {Relation.SECRETARIAT: _states("bcdefghijklmnopq")},
    "letter.view": {
        Relation.OWN_APPLICANT: _SENT,
        Relation.SECRETARIAT: _SENT,
        Relation.AUDITOR: _SENT,
    },
    "note.view": {
        Relation.ASSIGNED: _FROM_DEPARTMENTS,
        Relation.SECRETARIAT: _SENT,
        Relation.AUDITOR: _SENT,
    },
    "note.write": {
        Relation.ASSIGNED: _states("ef"),
        Relation.SECRETARIAT: _states("bcdefghijklmnopq"),
    },
    "department.route": {Relation.SECRETARIAT: _states("ce")},
    "department.exempt": {Relation.SECRETARIAT: _states("e")},
    "reviewer.assign": {
        Relation.SECRETARIAT: _states("ef"),
        Relation.COORDINATOR: _states("ef"),
    },
    "assignment.decline": {
        Relation.ASSIGNED: _states("ef"),
        Relation.UNDECLARED: _states("ef"),
    },
    "assignment.pass_on": {
        Relation.ASSIGNED: _states("ef"),
        Relation.UNDECLARED: _states("ef"),
    },
    "department.answer": {Relation.ASSIGNED: _states("ef")},
    "conflict.declare": {
        Relation.UNDECLARED: _states("ef"),
        Relation.ASSIGNED: _states("ef"),
        Relation.SECRETARIAT: _states("bcdefghi"),
        Relation.COUNCIL: _states("hi"),
        Relation.MAYOR: _states("m"),
    },
    "conflict.review": {Relation.SECRETARIAT: _SENT},
    "assessment.view": {
        Relation.ASSIGNED: _FROM_DEPARTMENTS,
        Relation.SECRETARIAT: _FROM_DEPARTMENTS,
        Relation.COUNCIL: _FROM_MEMO,
        Relation.MAYOR: _FROM_MAYOR,
        Relation.AUDITOR: _FROM_DEPARTMENTS,
    },
    "assessment.edit": {Relation.ASSIGNED: _states("ef")},
    "assessment.finalise": {Relation.ASSIGNED: _states("ef")},
    "assessment.reopen": {Relation.SECRETARIAT: _states("ef")},
    "consensus.record": {Relation.SECRETARIAT: _states("f")},
    "hearing.view": {
        Relation.ASSIGNED: _FROM_DEPARTMENTS,
        Relation.SECRETARIAT: _FROM_HEARING,
        Relation.COUNCIL: _FROM_MEMO,
        Relation.MAYOR: _FROM_MAYOR,
        Relation.AUDITOR: _FROM_HEARING,
    },
    "hearing.follow": {Relation.OWN_APPLICANT: _FROM_HEARING},
    "hearing.open": {Relation.SECRETARIAT: _states("efgh")},
    "hearing.answer": {Relation.OWN_APPLICANT: _states("efgh")},
    "hearing.close": {Relation.SECRETARIAT: _states("efgh")},
    "business_case.view": {
        Relation.ASSIGNED: _FROM_DEPARTMENTS,
        Relation.SECRETARIAT: _FROM_DEPARTMENTS,
        Relation.COUNCIL: _FROM_MEMO,
        Relation.MAYOR: _FROM_MAYOR,
        Relation.AUDITOR: _FROM_DEPARTMENTS,
    },
    "business_case.save": {
        Relation.ASSIGNED: _states("ef"),
        Relation.SECRETARIAT: _states("efg"),
    },
    "business_case.choose": {Relation.SECRETARIAT: _states("efg")},
    "casefacts.edit": {Relation.SECRETARIAT: _states("efg")},
    "sorting.view": {
        Relation.ASSIGNED: _FROM_MAYOR,
        Relation.SECRETARIAT: _states("fghijklmnopq"),
        Relation.COUNCIL: _FROM_MEMO,
        Relation.MAYOR: _FROM_MAYOR,
        Relation.AUDITOR: _FROM_SORTED,
    },
    "sorting.confirm": {Relation.SECRETARIAT: _states("f")},
    "sorting.override": {Relation.SECRETARIAT: _states("fg")},
    "sorting.renew": {Relation.SECRETARIAT: _states("g")},
    "memo.compose": {Relation.SECRETARIAT: _states("gh")},
    "memo.release": {Relation.SECRETARIAT: _states("g")},
    "memo.send_back": {Relation.SECRETARIAT: _states("h")},
    "agenda.place": {Relation.SECRETARIAT: _states("h")},
    "agenda.remove": {Relation.SECRETARIAT: _states("i")},
    "memo.export": {
        Relation.SECRETARIAT: _FROM_SORTED,
        Relation.COUNCIL: _FROM_MEMO,
        Relation.MAYOR: _FROM_MAYOR,
        Relation.AUDITOR: _FROM_MEMO,
    },
}


READING: Final = frozenset(
    {
        "proposal.view",
        "attachment.download",
        "copy.export",
        "revision.list",
        "receipt.view",
        "formalcheck.view",
        "letter.view",
        "note.view",
        "business_case.view",
        "assessment.view",
        "hearing.view",
        "hearing.follow",
        "sorting.view",
        "memo.export",
    }
)
"""What only shows a case. Nothing else is done with a historical one, whatever its state."""


def states_for(action: str, relation: Relation) -> frozenset[State]:
    """The states in which the relation may take the action; empty for never."""
    return RIGHTS[action].get(relation, frozenset())


def may(action: str, relation: Relation, state: State) -> bool:
    """May somebody with this relation take the action on a case in this state?"""
    return state in states_for(action, relation)
