"""May this person do this with this case, and if not, what may the answer reveal?

The guard of every page about one case. It answers as reliability.md section 3 asks: sign in first, 404 for
applicants of other organisations, 403 for other staff, 409 for a wrong state to those who may see the case.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Concatenate, NoReturn, ParamSpec
from uuid import UUID

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from foundation.clock import today
from foundation.db import SAFE_METHODS, current_session, writes_now
from foundation.errors import NotAllowed, NotFound, Refused
from foundation.identity.roles import Actor, Role
from foundation.permissions import PERMISSIONS, signed_in
from foundation.web import now
from intake.models import Proposal
from intake.queries import Standing, coordinates, find_draft, find_proposal, standing_of
from intake.rules.rights import APPLICANTS, READING, RIGHTS, Relation, may, states_for

P = ParamSpec("P")

_HISTORY = "Sagen er historisk: den er fra før Rådslag og vises kun. Her kan der ikke gøres mere ved den."


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal together with how the actor stands to it."""

    proposal: Proposal
    relation: Relation
    actor: Actor

    def may(self, action: str) -> bool:
        """May the actor take the action on the case as it stands now?"""
        if self.proposal.is_history and action not in READING:
            return False
        return may(action, self.relation, self.proposal.state)


class DeclareFirst(Exception):
    """Assessors and the secretariat must say whether there is a conflict of interest before the case opens."""

    def __init__(self, reference: str, relation: Relation) -> None:
        super().__init__(reference)
        self.reference = reference
        self.relation = relation


def check_case(session: Session, actor: Actor, action: str, proposal: Proposal | None, *, on: date) -> Case:
    """The case for one action; raises NotFound, NotAllowed or Refused and reveals no more than the actor may know."""
    applicant = actor.role is Role.APPLICANT
    if proposal is None:
        raise NotFound if applicant or actor.role in PERMISSIONS[action] else NotAllowed
    standing = standing_of(session, actor, proposal)
    relation = _relation_for(session, actor, action, proposal, standing.relation, on=on)
    if actor.role in PERMISSIONS[action] and may(action, relation, proposal.state):
        if proposal.is_history and action not in READING:
            raise Refused(_HISTORY)
        if action != "conflict.declare" and _must_declare(standing, proposal):
            raise DeclareFirst(proposal.reference or "", relation)
        return Case(proposal, relation, actor)
    if not may("proposal.view", relation, proposal.state):
        _refuse_unseen(relation, proposal, action)
    if actor.role in PERMISSIONS[action] and states_for(action, relation):
        raise Refused(_wrong_state(action, proposal))
    raise NotAllowed


def _relation_for(
    session: Session, actor: Actor, action: str, proposal: Proposal, relation: Relation, *, on: date
) -> Relation:
    """How the actor stands to the case; to hand out its assignments, whoever coordinates a department that is asked."""
    if action != "reviewer.assign" or actor.role is not Role.REVIEWER or relation is Relation.CONFLICTED:
        return relation
    return Relation.COORDINATOR if coordinates(session, actor.person_id, proposal.id, on=on) else relation


def _must_declare(standing: Standing, proposal: Proposal) -> bool:
    """The secretariat answers once for each case, as long as it can be answered (contract 8.6; domain.md L1)."""
    return (
        standing.relation is Relation.SECRETARIAT
        and may("conflict.declare", standing.relation, proposal.state)
        and not standing.has_declared
    )


def _refuse_unseen(relation: Relation, proposal: Proposal, action: str) -> NoReturn:
    """Refuse somebody who may not even see the case, without a word about it.

    An assessor who has not declared yet is led to the question from every page that opens with the answer.
    """
    if relation in APPLICANTS:
        raise NotFound
    opens = may(action, Relation.ASSIGNED, proposal.state)
    if opens and may("conflict.declare", relation, proposal.state):
        raise DeclareFirst(proposal.reference or "", relation)
    raise NotAllowed


def _wrong_state(action: str, proposal: Proposal) -> str:
    if action == "proposal.submit" and proposal.reference:
        return f"Forslaget er allerede sendt. Det har sagsnummer {proposal.reference}, og I skal ikke sende det igen."
    return "Sagen er et andet sted i forløbet nu. Gå til sagens overblik, og se, hvad der kan gøres."


def needs_case(
    action: str,
) -> Callable[[Callable[Concatenate[Case, P], ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Declare the right that a page about one case needs; the view is given the case instead of its address."""
    if action not in PERMISSIONS or action not in RIGHTS:
        raise KeyError(f"{action} is not a right on a case")

    def decorate(
        view: Callable[Concatenate[Case, P], ResponseReturnValue],
    ) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            actor, session = signed_in(), current_session()
            writes = writes_now(current_app.view_functions[request.endpoint or ""])
            proposal = _addressed(session, kwargs, to_change=writes)
            try:
                case = check_case(session, actor, action, proposal, on=today(now()))
            except DeclareFirst as first:
                if first.relation is Relation.UNDECLARED and request.method not in SAFE_METHODS:
                    raise NotAllowed from first
                return redirect(url_for("intake.conflict", reference=first.reference))
            return view(case, *args, **kwargs)

        guarded.permission = action  # type: ignore[attr-defined]
        guarded.on_case = True  # type: ignore[attr-defined]
        return guarded

    return decorate


def _addressed(session: Session, kwargs: dict[str, Any], *, to_change: bool) -> Proposal | None:
    if "draft_id" in kwargs:
        draft_id: UUID = kwargs.pop("draft_id")
        return find_draft(session, draft_id, to_change=to_change)
    return find_proposal(session, kwargs.pop("reference"), to_change=to_change)
