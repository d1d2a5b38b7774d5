"""How are the formal demands verified, and a proposal returned or rejected, in the browser?"""

from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.fields import choice
from foundation.identity.organisation_kinds import OrganisationKind
from foundation.identity.queries import department_names
from foundation.web import apply_or_show, go, now, settings
from foundation.workdays import add_workdays
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import FormalCheckForm, RejectForm, ReturnForm, VerifyForm, shown_items
from intake.models import Call, FormalReturn
from intake.queries import VerifiedItem
from intake.rules.formal_check import (
    DEMANDS,
    Check,
    CheckOutcome,
    FormalFacts,
    ItemDraft,
    grounds_to_reject,
    not_in_order,
    run_formal_check,
)
from intake.rules.formal_return import ANSWER_WITHIN_WORKDAYS, APPLICANT, FILES, parts_to_open
from intake.version_changes import Change, changes_between
from intake.views.blueprint import intake, label_fields


@dataclass(frozen=True, slots=True)
class Checking:
    """A formal check as its pages show it: the machine's word on every demand, and what people have found."""

    case: Case
    call: Call
    facts: FormalFacts
    checks: tuple[Check, ...]
    verified: dict[str, VerifiedItem]
    returned: FormalReturn | None

    @classmethod
    def of(cls, case: Case) -> "Checking":
        session, proposal = current_session(), case.proposal
        call = queries.call_of(session, proposal)
        facts = queries.formal_facts(session, case.actor, proposal, call)
        return cls(
            case,
            call,
            facts,
            run_formal_check(facts),
            queries.verified_items(session, proposal.id),
            queries.formal_return(session, proposal.id),
        )

    @property
    def outcomes(self) -> dict[str, CheckOutcome]:
        return {rule: one.item.outcome for rule, one in self.verified.items()}

    @property
    def missing(self) -> tuple[str, ...]:
        """What the applicant could still send."""
        return tuple(rule for rule in DEMANDS if self.outcomes.get(rule) is CheckOutcome.MISSING)

    @property
    def may_be_returned(self) -> bool:
        return bool(self.missing) and self.returned is None and self.case.may("proposal.return")

    @property
    def may_be_rejected(self) -> bool:
        return bool(self.grounds) and self.case.may("formalcheck.reject")

    @property
    def grounds(self) -> tuple[str, ...]:
        """The demands that a rejection can rest on now."""
        return grounds_to_reject(self.outcomes, was_returned=self.returned is not None)

    @property
    def is_municipal(self) -> bool:
        return self.facts.kind is OrganisationKind.MUNICIPAL_DEPARTMENT

    def text(self, rule: str) -> str:
        """What is wrong with a demand: the note of whoever verified it, else the machine's sentence."""
        found = self.verified.get(rule)
        said = next(check.text for check in self.checks if check.rule == rule)
        return found.item.note if found and found.item.note else said

    def shown(self) -> dict[str, ItemDraft]:
        """What was found before, and what the machine is sure of; the rest is not filled in."""
        sure = {check.rule: ItemDraft(CheckOutcome.OK) for check in self.checks if check.outcome is CheckOutcome.OK}
        return sure | {rule: ItemDraft(one.item.outcome, one.item.note) for rule, one in self.verified.items()}


# ---- the seventeen demands ------------------------------------------------------------------------------------------


@intake.route("/proposals/<reference>/formal-check", methods=["GET", "POST"])
@commits
@needs_case("formalcheck.record")
def formal_check(case: Case) -> ResponseReturnValue:
    checking = Checking.of(case)
    form = _check_form(checking)

    def act() -> ResponseReturnValue:
        drafts = form.to_drafts()
        passes = request.form.get("action") == "pass"
        left = not_in_order({rule: draft.outcome for rule, draft in drafts.items()})
        if passes and left:
            form.form_errors.append(f"Se først efter, om disse krav er i orden: {', '.join(left)}.")
            return make_response(show(), 422)
        actions.record_items(
            current_session(),
            case.proposal,
            checking.call,
            drafts,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
            applicant_department=form.applicant_department.data if checking.is_municipal else None,
        )
        return _pass(checking) if passes else _stay(case)

    def show() -> str:
        return render_template(
            "intake/formal_check.html",
            case=case,
            proposal=case.proposal,
            checking=checking,
            form=form,
            demands=DEMANDS,
            changes=_changes(checking),
            passed=_is_passed(case),
        )

    return apply_or_show(form, act, show)


def _check_form(checking: Checking) -> FormalCheckForm:
    proposal = checking.case.proposal
    form = VerifyForm(
        data={
            **shown_items(checking.shown()),
            "version": proposal.version,
            "applicant_department": proposal.applicant_department,
        }
    )
    names = department_names(current_session(), on=today(now()))
    form.applicant_department.choices = [choice("", "Vælg"), *(choice(code, name) for code, name in names.items())]
    label_fields({field.name: field.label.text for field in form})
    return form


def _stay(case: Case) -> ResponseReturnValue:
    return go(url_for("intake.formal_check", reference=case.proposal.reference), "Tjekket er gemt.")


def _pass(checking: Checking) -> ResponseReturnValue:
    proposal = checking.case.proposal
    actions.pass_formal_check(current_session(), proposal, checking.call, note="", actor=checking.case.actor, at=now())
    return go(url_for("intake.route", reference=proposal.reference), "Formalia er i orden.")


def _is_passed(case: Case) -> bool:
    latest = queries.latest_formal_check(current_session(), case.proposal.id)
    return latest is not None and latest.outcome is CheckOutcome.OK


def _changes(checking: Checking) -> tuple[Change, ...]:
    """What the applicant changed after a return; empty before there was one."""
    if checking.returned is None or checking.returned.answered_at is None:
        return ()
    session = current_session()
    newest, before, *_ = [version for version, _ in queries.versions_of(session, checking.case.proposal.id)]
    return changes_between(queries.questions_of(session, checking.call), before.content, newest.content)


@intake.get("/proposals/<reference>/formalities")
@needs_case("formalcheck.view")
def formalities(case: Case) -> ResponseReturnValue:
    """What was found, demand by demand, to be read when the check is over."""
    session, proposal = current_session(), case.proposal
    return render_template(
        "intake/formalities.html",
        case=case,
        proposal=proposal,
        demands=DEMANDS,
        verified=queries.verified_items(session, proposal.id),
        outcomes=queries.formal_outcomes(session, proposal.id),
        returned=queries.formal_return(session, proposal.id),
    )


# ---- back to the applicant ------------------------------------------------------------------------------------------


@intake.route("/proposals/<reference>/return", methods=["GET", "POST"])
@commits
@needs_case("proposal.return")
def return_proposal(case: Case) -> ResponseReturnValue:
    session, proposal, checking = current_session(), case.proposal, Checking.of(case)
    form = _return_form(checking)
    base_url = settings().base_url

    def act() -> ResponseReturnValue:
        draft = form.to_draft()
        if request.form.get("action") != "send":
            _, form.letter.data = actions.return_letter(
                session, proposal, checking.call, draft, at=now(), base_url=base_url
            )
            return make_response(show(), 200)
        actions.return_proposal(
            session,
            proposal,
            checking.call,
            draft,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
            base_url=base_url,
        )
        return go(url_for("desk.case", reference=proposal.reference), "Forslaget er sendt retur, og brevet er sendt.")

    def show() -> str:
        email = queries.sent_by(session, proposal)
        return render_template("intake/return.html", proposal=proposal, form=form, checking=checking, email=email)

    return apply_or_show(form, act, show)


def _return_form(checking: Checking) -> ReturnForm:
    questions = queries.questions_of(current_session(), checking.call)
    form = ReturnForm(
        data={
            "version": checking.case.proposal.version,
            "asked_for": "\n".join(checking.text(rule) for rule in checking.missing),
            "sections": list(parts_to_open(checking.missing, checking.facts, questions)),
            "due_on": add_workdays(today(now()), ANSWER_WITHIN_WORKDAYS),
        }
    )
    form.sections.choices = [
        choice(APPLICANT, "Oplysninger om organisationen"),
        *(choice(section.key, section.title) for section in questions.sections),
        choice(FILES, "Bilag"),
    ]
    label_fields({field.name: field.label.text for field in form})
    return form


# ---- the end of it --------------------------------------------------------------------------------------------------


@intake.route("/proposals/<reference>/reject", methods=["GET", "POST"])
@commits
@needs_case("formalcheck.reject")
def reject(case: Case) -> ResponseReturnValue:
    session, proposal, checking = current_session(), case.proposal, Checking.of(case)
    form = _reject_form(checking)

    def act() -> ResponseReturnValue:
        draft = form.to_draft()
        if request.form.get("action") != "send":
            _, form.letter.data = actions.rejection_letter(
                session, proposal, checking.call, draft, actor=case.actor, at=now()
            )
            return make_response(show(), 200)
        actions.reject_formally(
            session, proposal, checking.call, draft, version=form.version.data or 0, actor=case.actor, at=now()
        )
        return go(url_for("desk.case", reference=proposal.reference), "Forslaget er afvist, og brevet er sendt.")

    def show() -> str:
        email = queries.sent_by(session, proposal)
        return render_template("intake/reject.html", proposal=proposal, form=form, checking=checking, email=email)

    return apply_or_show(form, act, show)


def _reject_form(checking: Checking) -> RejectForm:
    found = checking.grounds
    form = RejectForm(
        data={
            "version": checking.case.proposal.version,
            "rules": list(found),
            "considerations": "\n".join(checking.text(rule) for rule in found),
        }
    )
    form.rules.choices = [choice(rule, f"{rule}: {DEMANDS[rule]}") for rule in found]
    label_fields({field.name: field.label.text for field in form})
    return form
