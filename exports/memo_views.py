"""How does the secretariat write the memo of a case, release it, and send it back, in the browser?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exports.decision_memo_facts import (
    OUTCOME_FUND_TRACKS,
    MemoText,
    gather,
    memo_kind,
    memo_texts,
    possible_annexes,
    sorted_run,
)
from exports.memo_release import day_of_answer, frame_limits, memo_gaps, release, seen_limits, seen_memo, seen_texts
from foundation.clock import today
from foundation.db import commits, current_session
from foundation.errors import ChangedMeanwhile, NotFound
from foundation.fields import DanishForm
from foundation.text import clean_prose
from foundation.web import apply_or_show, go, now
from intake.access import Case, needs_case
from portfolio import actions
from portfolio.forms import FrameForm, ReleaseForm, SendBackForm, memo_texts_form
from portfolio.models import DecisionMemo
from portfolio.queries import memo_of, placement, released_memo, sent_back
from portfolio.rules.annexes import DEFAULT_ANNEXES
from portfolio.rules.drafts import TextDraft
from portfolio.rules.memo_check import Gap, Place
from portfolio.rules.memo_dates import proposed_follow_ups, proposed_report
from portfolio.rules.memo_texts import MemoPart, parts_of, texts_of
from scoring.models import SortingRun

memo = Blueprint("memo", __name__)


def _label(form: DanishForm) -> None:
    g.field_labels = {field.name: field.label.text for field in form}


def _version(stored: DecisionMemo | None) -> int:
    """What a page read of the memo; 0 before anybody wrote in it."""
    return stored.version if stored else 0


# ---- the sheet ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetText:
    """A text under its label."""

    key: str
    label: str
    said: MemoText


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part of the memo with its texts."""

    part: MemoPart
    texts: list[SheetText]


@memo.get("/proposals/<reference>/memo")
@needs_case("memo.compose")
def sheet(case: Case) -> ResponseReturnValue:
    """The memo as it stands, with the source of every text, what is missing, and what has changed."""
    session, proposal = current_session(), case.proposal
    run, on = sorted_run(session, proposal), today(now())
    texts, facts = memo_texts(session, proposal, run, on=on), gather(session, proposal, on=on)
    return render_template(
        "exports/memo.html",
        case=case,
        proposal=proposal,
        facts=facts,
        uses_outcome_fund=run.chosen_track in OUTCOME_FUND_TRACKS,
        run=run,
        parts=_parts(run, texts),
        frame=MemoPart.FRAME,
        gaps=[(gap.text, _address(case, gap)) for gap in memo_gaps(session, proposal, at=now())]
        if case.may("memo.release")
        else [],
        release=ReleaseForm(
            data={
                "version": _version(memo_of(session, proposal.id)),
                "seen": seen_memo(session, proposal, facts),
            }
        ),
        released=released_memo(session, proposal.id),
        sent_back=sent_back(session, proposal.id),
        placed=placement(session, proposal.id),
    )


def _parts(run: SortingRun, texts: Mapping[str, MemoText]) -> list[SheetPart]:
    kind = memo_kind(run.chosen_track)
    return [
        SheetPart(part, [SheetText(one.key, one.label, texts[one.key]) for one in texts_of(kind, part)])
        for part in parts_of(kind)
        if part is not MemoPart.FRAME
    ]


_PLACES = {
    Place.CASE_WORKER: "intake.case_worker",
    Place.HEARING: "scoring.hearing",
    Place.SORTING: "scoring.sorting",
    Place.CASE_FACTS: "scoring.case_facts",
}


def _address(case: Case, gap: Gap) -> str:
    """Where what is missing is put right."""
    if isinstance(gap.place, MemoPart):
        return url_for("memo.part", reference=case.proposal.reference, key=gap.place.value)
    anchor = "nyt" if gap.place is Place.SORTING else None
    return url_for(_PLACES[gap.place], reference=case.proposal.reference, _anchor=anchor)


# ---- writing ------------------------------------------------------------------------------------------------------


@memo.route("/proposals/<reference>/memo/sections/<key>", methods=["GET", "POST"])
@commits
@needs_case("memo.compose")
def part(case: Case, key: str) -> ResponseReturnValue:
    """One part of the memo, written on its own page, so that saving it leaves nothing unsaved in another."""
    run = sorted_run(current_session(), case.proposal)
    asked = next((one for one in parts_of(memo_kind(run.chosen_track)) if one.value == key), None)
    if asked is None:
        raise NotFound
    return _frame_page(case, run) if asked is MemoPart.FRAME else _texts_page(case, run, asked)


def _texts_page(case: Case, run: SortingRun, asked: MemoPart) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    known = memo_texts(session, proposal, run, on=today(now()))
    texts = {one.key: known[one.key] for one in texts_of(memo_kind(run.chosen_track), asked)}
    stored = memo_of(session, proposal.id)
    shown = {key: one.text for key, one in texts.items()}
    mark = seen_texts(run, texts)
    form = memo_texts_form(texts_of(memo_kind(run.chosen_track), asked), shown, version=_version(stored), seen=mark)
    _label(form)

    def act() -> ResponseReturnValue:
        if form.seen.data != mark:
            raise ChangedMeanwhile
        word, _, key = request.form.get("action", "").partition(":")
        drafts = {one: TextDraft(form[one].data, texts[one].prefilled.text) for one in texts if one in request.form}
        if word == "original" and key in drafts:
            drafts[key] = TextDraft(clean_prose(texts[key].prefilled.text), texts[key].prefilled.text)
        actions.write_texts(
            session,
            proposal,
            drafts,
            keeps=key if word == "keep" and key in drafts else "",
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return _saved(case, asked)

    def show() -> str:
        return render_template("exports/memo_part.html", proposal=proposal, part=asked, form=form, texts=texts)

    return apply_or_show(form, act, show)


def _saved(case: Case, asked: MemoPart) -> ResponseReturnValue:
    """Back to the sheet, at the part that was written."""
    address = url_for("memo.sheet", reference=case.proposal.reference, _anchor=asked.value)
    return go(address, "Afsnittet er gemt.")


def _frame_page(case: Case, run: SortingRun) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    stored, limits = memo_of(session, proposal.id), frame_limits(session, proposal, run)
    mark = seen_limits(run, limits)
    form = FrameForm(data=_frame_data(case, stored, memo_kind(run.chosen_track)) | {"seen": mark})
    annexes = possible_annexes(session, proposal)
    form.offer_annexes(annexes)
    _label(form)

    def act() -> ResponseReturnValue:
        if form.seen.data != mark:
            raise ChangedMeanwhile
        if not form.days_hold(limits.begins_on):
            return make_response(show(), 422)
        actions.write_frame(
            session,
            proposal,
            form.to_draft(),
            limits,
            version=form.version.data or 0,
            actor=case.actor,
            at=now(),
        )
        return _saved(case, MemoPart.FRAME)

    def show() -> str:
        form.follow_ups.show_blank(2)
        return render_template(
            "exports/memo_frame.html",
            proposal=proposal,
            form=form,
            kind=memo_kind(run.chosen_track),
            limits=limits,
            proposes=stored is None or stored.report_on is None,
        )

    return apply_or_show(form, act, show)


def _frame_data(case: Case, stored: DecisionMemo | None, kind: str) -> dict[str, object]:
    """What is stored; the usual dates are proposed where there are none, and are stored when somebody saves them."""
    answers = case.proposal.answers
    starts_on, ends_on = day_of_answer(answers, "starts_on"), day_of_answer(answers, "ends_on")
    proposed: dict[str, object] = {
        "version": _version(stored),
        "amount": case.proposal.amount_sought_ore,
        "annexes": list(DEFAULT_ANNEXES),
        "report_on": proposed_report(ends_on) if kind != "short" else None,
        "follow_ups": [{"on": one.on, "text": one.text} for one in proposed_follow_ups(starts_on, ends_on)]
        if kind == "investment"
        else [],
    }
    return proposed if stored is None else proposed | _stored_frame(stored)


def _stored_frame(stored: DecisionMemo) -> dict[str, object]:
    values: dict[str, object] = {
        "case_number": stored.case_number,
        "smaller_reason": stored.smaller_reason,
        "outcome_fund_max": stored.outcome_fund_max_ore,
        "conditions": "\n".join(stored.conditions),
        "annexes": stored.annexes,
    }
    if stored.amount_ore is not None:
        values["amount"] = stored.amount_ore
    if stored.report_on is not None:
        values |= {"report_on": stored.report_on, "follow_ups": _stored_follow_ups(stored)}
    elif stored.follow_ups:
        values["follow_ups"] = _stored_follow_ups(stored)
    return values


def _stored_follow_ups(stored: DecisionMemo) -> list[dict[str, object]]:
    return [{"on": date.fromisoformat(one["on"]), "text": one["text"]} for one in stored.follow_ups]


# ---- released, and sent back --------------------------------------------------------------------------------------


@memo.post("/proposals/<reference>/memo/release")
@commits
@needs_case("memo.release")
def release_memo(case: Case) -> ResponseReturnValue:
    form = ReleaseForm()
    if not form.validate():
        raise ChangedMeanwhile
    release(
        current_session(),
        case.proposal,
        version=form.version.data or 0,
        seen=form.seen.data or "",
        actor=case.actor,
        at=now(),
    )
    return go(
        url_for("memo.sheet", reference=case.proposal.reference),
        "Indstillingen er klarmeldt. Nu kan sagen sættes på en dagsorden.",
    )


@memo.route("/proposals/<reference>/memo/send-back", methods=["GET", "POST"])
@commits
@needs_case("memo.send_back")
def send_back(case: Case) -> ResponseReturnValue:
    form = SendBackForm()
    _label(form)

    def act() -> ResponseReturnValue:
        actions.send_back_memo(current_session(), case.proposal, reason=form.reason.data, actor=case.actor, at=now())
        return go(url_for("memo.sheet", reference=case.proposal.reference), "Indstillingen er sendt tilbage.")

    return apply_or_show(
        form, act, lambda: render_template("exports/memo_send_back.html", proposal=case.proposal, form=form)
    )
