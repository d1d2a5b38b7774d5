"""Which words stand on the views, and which roles may ever use each of them?

What a role may do with one case in one state is decided further up (`intake/rules/rights.py`); this table is the
outer door. A view without a word fails the build.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec

from flask import g
from flask.typing import ResponseReturnValue

from foundation.errors import AccessClosed, NotAllowed, SignInNeeded
from foundation.identity.roles import ALL_ROLES, STAFF, Actor, Role

P = ParamSpec("P")

PERMISSIONS: dict[str, frozenset[Role]] = {
    "session.own": ALL_ROLES,
    "tasks.view": ALL_ROLES,
    "organisation.edit": frozenset({Role.APPLICANT}),
    "own.export": ALL_ROLES,
    "call.create": frozenset({Role.SECRETARIAT}),
    "call.edit": frozenset({Role.SECRETARIAT}),
    "call.publish": frozenset({Role.SECRETARIAT}),
    "call.extend_deadline": frozenset({Role.SECRETARIAT}),
    "call.cancel": frozenset({Role.SECRETARIAT}),
    "proposal.create": frozenset({Role.APPLICANT}),
    "proposal.import": frozenset({Role.SECRETARIAT}),
    "proposal.view": ALL_ROLES - {Role.ADMINISTRATOR},
    "proposal.edit": frozenset({Role.APPLICANT}),
    "proposal.submit": frozenset({Role.APPLICANT}),
    "proposal.reopen": frozenset({Role.APPLICANT}),
    "proposal.restore": frozenset({Role.APPLICANT}),
    "proposal.withdraw": frozenset({Role.APPLICANT}),
    "draft.delete": frozenset({Role.APPLICANT}),
    "attachment.upload": frozenset({Role.APPLICANT}),
    "attachment.download": ALL_ROLES - {Role.ADMINISTRATOR},
    "attachment.delete": frozenset({Role.APPLICANT}),
    "copy.export": frozenset({Role.APPLICANT, Role.SECRETARIAT, Role.AUDITOR}),
    "revision.list": frozenset({Role.APPLICANT, Role.SECRETARIAT, Role.AUDITOR}),
    "receipt.view": frozenset({Role.APPLICANT}),
    "proposal.list": frozenset({Role.SECRETARIAT, Role.AUDITOR}),
    "search": ALL_ROLES - {Role.ADMINISTRATOR},
    "list.export_xlsx": frozenset({Role.SECRETARIAT, Role.AUDITOR}),
    "formalcheck.view": frozenset({Role.SECRETARIAT, Role.AUDITOR}),
    "formalcheck.record": frozenset({Role.SECRETARIAT}),
    "formalcheck.reject": frozenset({Role.SECRETARIAT}),
    "proposal.return": frozenset({Role.SECRETARIAT}),
    "caseworker.assign": frozenset({Role.SECRETARIAT}),
    "letter.view": frozenset({Role.APPLICANT, Role.SECRETARIAT, Role.AUDITOR}),
    "note.view": frozenset({Role.REVIEWER, Role.SECRETARIAT, Role.AUDITOR}),
    "note.write": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "department.view": frozenset({Role.REVIEWER, Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR}),
    "department.edit": frozenset({Role.ADMINISTRATOR}),
    "department.route": frozenset({Role.SECRETARIAT}),
    "department.exempt": frozenset({Role.SECRETARIAT}),
    "reviewer.assign": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "assignment.decline": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "assignment.pass_on": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "department.answer": frozenset({Role.REVIEWER}),
    "conflict.declare": frozenset({Role.REVIEWER, Role.SECRETARIAT, Role.COUNCIL_MEMBER, Role.MAYOR_APPROVER}),
    "assessment.view": STAFF - {Role.ADMINISTRATOR},
    "conflict.review": frozenset({Role.SECRETARIAT}),
    "assessment.edit": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "assessment.finalise": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "assessment.reopen": frozenset({Role.SECRETARIAT}),
    "consensus.record": frozenset({Role.SECRETARIAT}),
    "hearing.view": STAFF - {Role.ADMINISTRATOR},
    "hearing.follow": frozenset({Role.APPLICANT}),
    "hearing.open": frozenset({Role.SECRETARIAT}),
    "hearing.answer": frozenset({Role.APPLICANT}),
    "hearing.close": frozenset({Role.SECRETARIAT}),
    "business_case.view": STAFF - {Role.ADMINISTRATOR},
    "business_case.save": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "business_case.choose": frozenset({Role.SECRETARIAT}),
    "business_case.layout": frozenset({Role.REVIEWER, Role.SECRETARIAT}),
    "casefacts.edit": frozenset({Role.SECRETARIAT}),
    "sorting.view": STAFF - {Role.ADMINISTRATOR},
    "sorting.confirm": frozenset({Role.SECRETARIAT}),
    "sorting.override": frozenset({Role.SECRETARIAT}),
    "sorting.renew": frozenset({Role.SECRETARIAT}),
    "ranking.view": frozenset({Role.SECRETARIAT, Role.AUDITOR}),
    "shortlist.save": frozenset({Role.SECRETARIAT}),
    "call.figures": frozenset({Role.SECRETARIAT, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    "fund.view": frozenset({Role.SECRETARIAT, Role.AUDITOR}),
    "fund.edit": frozenset({Role.SECRETARIAT}),
    "legalfigure.view": frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR}),
    "legalfigure.edit": frozenset({Role.ADMINISTRATOR}),
    "policy.view": frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR}),
    "policy.draft": frozenset({Role.SECRETARIAT}),
    "policy.adopt": frozenset({Role.ADMINISTRATOR}),
    "policy.trial": frozenset({Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR}),
    "memo.compose": frozenset({Role.SECRETARIAT}),
    "memo.release": frozenset({Role.SECRETARIAT}),
    "memo.send_back": frozenset({Role.SECRETARIAT}),
    "agenda.view": frozenset({Role.SECRETARIAT, Role.COUNCIL_MEMBER, Role.AUDITOR}),
    "agenda.place": frozenset({Role.SECRETARIAT}),
    "agenda.remove": frozenset({Role.SECRETARIAT}),
    "meeting.plan": frozenset({Role.SECRETARIAT}),
    "memo.export": STAFF - {Role.ADMINISTRATOR, Role.REVIEWER},
    "memos.export": STAFF - {Role.ADMINISTRATOR, Role.REVIEWER},
    "session.revoke": frozenset({Role.ADMINISTRATOR}),
    "user.view": frozenset({Role.ADMINISTRATOR}),
    "user.create": frozenset({Role.ADMINISTRATOR}),
    "user.edit": frozenset({Role.ADMINISTRATOR}),
    "user.close": frozenset({Role.ADMINISTRATOR}),
    "role.grant": frozenset({Role.ADMINISTRATOR}),
    "role.revoke": frozenset({Role.ADMINISTRATOR}),
    "outbox.view": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "outbox.retry": frozenset({Role.ADMINISTRATOR}),
    "audit.view": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "audit.export": frozenset({Role.AUDITOR}),
}


def current_actor() -> Actor | None:
    """The person of this request, found once when the request began."""
    actor: Actor | None = g.get("actor")
    return actor


def signed_in() -> Actor:
    """The person of this request, or the refusal that sends the visitor to sign in."""
    if g.get("access_closed", False):
        raise AccessClosed
    actor = current_actor()
    if actor is None:
        raise SignInNeeded(ended=g.get("session_ended", False))
    return actor


def check_permission(word: str) -> Actor:
    """The outer door for one word; raises SignInNeeded, AccessClosed or NotAllowed."""
    actor = signed_in()
    if actor.role not in PERMISSIONS[word]:
        raise NotAllowed
    return actor


def needs(word: str) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Declare the right that a view needs."""
    if word not in PERMISSIONS:
        raise KeyError(f"{word} is not a permission")

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            check_permission(word)
            return view(*args, **kwargs)

        guarded.permission = word  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Declare that a view is for everyone, signed in or not."""
    view.permission = "open"  # type: ignore[attr-defined]
    return view
