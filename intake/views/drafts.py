"""How is a draft written, looked through and sent in the browser?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from foundation.db import commits, current_session
from foundation.errors import NotFound
from foundation.fields import RowsField, pressed, without_row
from foundation.identity.organisation_rules import Gap as OrganisationGap
from foundation.identity.organisation_rules import organisation_gaps
from foundation.web import apply_or_show, go, now, settings
from intake import actions, queries
from intake.access import Case, needs_case
from intake.forms import SectionForm, section_form, shown_answers
from intake.models import Attachment, Call, FormalReturn, Proposal
from intake.rules.call import CallState
from intake.rules.formal_return import FILES, is_opened
from intake.rules.lifecycle import State
from intake.rules.proposal import Gap, budget_sums, gaps_of, is_answered, is_needed, remarks_on, rows_of
from intake.rules.questions import QUESTION_SETS, Kind, Question, QuestionSet, Section
from intake.views.blueprint import intake, label_fields
from intake.wording import answer_words


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the guide at the side, with how far it has come."""

    title: str
    url: str
    mark: str
    current: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """A draft as its pages show it: what is asked, what stands in the way of sending it, and its guide."""

    proposal: Proposal
    call: Call
    questions: QuestionSet
    gaps: tuple[Gap, ...]
    organisation_gaps: tuple[OrganisationGap, ...]
    files: Sequence[Attachment]
    asked: FormalReturn | None
    """What the secretariat asks for, while the proposal is returned."""

    @classmethod
    def of(cls, proposal: Proposal) -> "Writing":
        session = current_session()
        call = queries.call_of(session, proposal)
        questions = queries.questions_of(session, call)
        return cls(
            proposal,
            call,
            questions,
            gaps_of(questions, proposal.answers),
            organisation_gaps(queries.organisation_of(session, proposal)),
            queries.attachments_of(session, proposal.id),
            queries.formal_return(session, proposal.id) if proposal.state is State.RETURNED else None,
        )

    @property
    def is_open(self) -> bool:
        """Can it be sent now? What was asked for can, whatever the call's deadline."""
        return self.asked is not None or queries.state_of_call(self.call, at=now()) is CallState.OPEN

    def is_opened(self, part: str) -> bool:
        """May the section, or the files, be written in?"""
        return is_opened(part, self.asked.sections if self.asked else None)

    @property
    def first_url(self) -> str:
        """Where writing begins: the first part that is open."""
        opened = [section for section in self.questions.sections if self.is_opened(section.key)]
        if opened:
            return self.section_url(opened[0])
        return url_for("intake.files" if self.is_opened(FILES) else "intake.check", draft_id=self.proposal.id)

    def after(self, section: Section) -> str:
        """The next part that is open; at last the check."""
        following = self.questions.sections[self.questions.sections.index(section) + 1 :]
        opened = [one for one in following if self.is_opened(one.key)]
        if opened:
            return self.section_url(opened[0])
        return url_for("intake.files" if self.is_opened(FILES) else "intake.check", draft_id=self.proposal.id)

    def section(self, key: str) -> Section:
        for section in self.questions.sections:
            if section.key == key:
                return section
        raise NotFound

    def section_url(self, section: Section, **more: Any) -> str:
        return url_for("intake.draft_section", draft_id=self.proposal.id, key=section.key, **more)

    def gap_url(self, gap: Gap) -> str:
        section = next(one for one in self.questions.sections if gap.question in one.questions)
        shown = {"add": gap.question.key} if gap.question.kind is Kind.ROWS else {}
        return self.section_url(section, _anchor=gap.anchor, **shown)

    @property
    def organisation_url(self) -> str:
        back = url_for("intake.check", draft_id=self.proposal.id)
        return url_for("organisations.organisation", organisation_id=self.proposal.organisation_id, next=back)

    def steps(self, here: str) -> list[Step]:
        """The guide: who applies, the sections, the files, and the last look."""
        draft = self.proposal.id
        who = Step("Hvem søger", self.organisation_url, "in_progress" if self.organisation_gaps else "done", False)
        sections = [
            Step(section.title, self.section_url(section), self._mark(section), section.key == here)
            for section in self.questions.sections
            if self.is_opened(section.key) or section.key == here
        ]
        files = Step(
            "Bilag",
            url_for("intake.files", draft_id=draft),
            "done" if self.files else "voluntary",
            here == "files",
        )
        ready = not self.gaps and not self.organisation_gaps
        check = Step(
            "Se svarene igennem",
            url_for("intake.check", draft_id=draft),
            "in_progress" if ready else "not_started",
            here == "check",
        )
        return [who, *sections, *([files] if self.is_opened(FILES) or here == "files" else []), check]

    def _mark(self, section: Section) -> str:
        if not any(gap.question in section.questions for gap in self.gaps):
            return "done"
        answered = any(is_answered(self.proposal.answers, question.key) for question in section.questions)
        return "in_progress" if answered else "not_started"


@intake.get("/drafts/<uuid:draft_id>")
@needs_case("proposal.view")
def draft(case: Case) -> ResponseReturnValue:
    """The way in to a draft, or to what was asked for; once it is sent, the address leads to the case."""
    if not case.may("proposal.edit"):
        return redirect(url_for("desk.case", reference=case.proposal.reference))
    return redirect(Writing.of(case.proposal).first_url)


# ---- one section --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two people wrote in the same section: what somebody else saved meanwhile, beside what was typed here."""

    saved_by: str = ""
    saved_words: Mapping[str, str] = field(default_factory=dict)
    undecided: bool = False


@intake.route("/drafts/<uuid:draft_id>/sections/<key>", methods=["GET", "POST"])
@commits
@needs_case("proposal.edit")
def draft_section(case: Case, key: str) -> ResponseReturnValue:
    writing = Writing.of(case.proposal)
    section = writing.section(key)
    label_fields(_labels(section))
    saved, saved_by = queries.saved_section(current_session(), case.proposal.id, key)
    revision = saved.revision if saved else 0
    form = _form(writing, section, revision)

    def act() -> ResponseReturnValue:
        actions.need_opened(current_session(), case.proposal, key)
        mine = form.answers()
        disputed = _disputed(section, case.proposal, form, mine, revision)
        if disputed and (form.revision.data != revision or _is_undecided(disputed)):
            told = Dispute(saved_by, disputed, undecided=form.revision.data == revision)
            return make_response(_show_section(writing, section, form, revision, told), 409)
        mine |= {one: case.proposal.answers.get(one) for one in disputed if _kept(one) == "saved"}
        actions.save_section(current_session(), case.proposal, key, mine, actor=case.actor, at=now())
        return _after_save(writing, section)

    return apply_or_show(form, act, lambda: _show_section(writing, section, form, revision, Dispute()))


def _form(writing: Writing, section: Section, revision: int) -> SectionForm:
    made = section_form(section, tuple(queries.focus_areas(current_session(), writing.call.id)))
    stored = {**shown_answers(section.questions, writing.proposal.answers), "revision": revision}
    button = pressed(request.form)
    if button.act == "remove" and button.row is not None:
        return made(formdata=without_row(request.form, button.part, button.row), data=stored)
    return made(data=stored)


def _labels(section: Section) -> dict[str, str]:
    labels = {question.key: question.label for question in section.questions}
    for question in section.questions:
        for number in range(question.most_rows):
            labels |= {
                f"{question.key}-{number}-{column.key}": f"{question.row_name} {number + 1}: {column.label}"
                for column in question.columns
            }
    return labels


@intake.record_once
def _tell_labels(state: BlueprintSetupState) -> None:
    """Words over the typed text when somebody is refused before the draft is known, as when a session has ended."""
    sections = [section for questions in QUESTION_SETS.values() for section in questions.sections]
    labels = {name: label for section in sections for name, label in _labels(section).items()}
    state.app.extensions["raadslag.field_labels"]["intake.draft_section"] = labels


def _disputed(
    section: Section, proposal: Proposal, form: SectionForm, mine: Mapping[str, Any], revision: int
) -> dict[str, str]:
    """By question: the saved words, where they differ from those typed on an older page or are asked about again."""
    asked_again = request.form.getlist("disputed")
    is_older = form.revision.data != revision
    return {
        question.key: answer_words(question, proposal.answers.get(question.key))
        for question in section.questions
        if (is_older or question.key in asked_again) and mine[question.key] != proposal.answers.get(question.key)
    }


def _kept(key: str) -> str:
    return request.form.get(f"keep-{key}", "")


def _is_undecided(disputed: Mapping[str, str]) -> bool:
    return any(_kept(key) not in ("mine", "saved") for key in disputed)


def _show_section(writing: Writing, section: Section, form: SectionForm, revision: int, dispute: Dispute) -> str:
    if dispute.saved_words:
        form.revision.raw_data, form.revision.data = None, revision
    _show_rows(section, form)
    steps = writing.steps(section.key)
    return render_template(
        "intake/draft_section.html",
        writing=writing,
        call=writing.call,
        proposal=writing.proposal,
        section=section,
        form=form,
        steps=steps,
        position=next(number for number, step in enumerate(steps, start=1) if step.current),
        optional=_optional(section, writing.proposal.answers),
        sums=budget_sums(writing.proposal.answers) if any(one.key == "budget" for one in section.questions) else None,
        dispute=dispute,
        kept={key: _kept(key) for key in dispute.saved_words},
    )


def _show_rows(section: Section, form: SectionForm) -> None:
    """An empty row where one is asked for, and where there must be one and is none."""
    for question in section.questions:
        rows = form[question.key]
        if isinstance(rows, RowsField):
            wanted = request.args.get("add") == question.key or (question.required and not rows.entries)
            rows.show_blank(1 if wanted else 0)


def _optional(section: Section, answers: Mapping[str, Any]) -> frozenset[str]:
    """What need not be answered as things stand: questions by key, columns as "question.column"."""

    def unneeded(questions: Sequence[Question], prefix: str) -> set[str]:
        return {prefix + one.key for one in questions if not is_needed(one, answers)}

    columns = [unneeded(question.columns, f"{question.key}.") for question in section.questions]
    return frozenset(unneeded(section.questions, "").union(*columns))


def _after_save(writing: Writing, section: Section) -> ResponseReturnValue:
    """ "Gem kladde" stays where one was; "Gem og fortsæt" goes to the next part, and at last to the check."""
    button = pressed(request.form)
    act, key = button.act, button.part
    asked = next((one for one in section.questions if one.key == key and one.kind is Kind.ROWS), None)
    if act == "add" and asked is not None:
        anchor = f"{key}-{len(rows_of(writing.proposal.answers, key))}-{asked.columns[0].key}"
        return go(writing.section_url(section, add=key, _anchor=anchor), "Kladden er gemt.")
    if act == "remove" and asked is not None:
        return go(writing.section_url(section, _anchor=f"{key}-rows"), "Kladden er gemt.")
    if act == "stay":
        return go(writing.section_url(section), "Kladden er gemt.")
    return go(writing.after(section))


# ---- the last look, and sending ------------------------------------------------------------------------------------


@intake.get("/drafts/<uuid:draft_id>/check")
@needs_case("proposal.edit")
def check(case: Case) -> ResponseReturnValue:
    """Every answer once more, what is missing on top, and the button that sends."""
    writing = Writing.of(case.proposal)
    return render_template(
        "intake/check.html",
        writing=writing,
        call=writing.call,
        proposal=case.proposal,
        organisation=queries.organisation_of(current_session(), case.proposal),
        questions=writing.questions,
        gaps=writing.gaps,
        remarks=remarks_on(case.proposal.answers, cap_ore=writing.call.per_project_cap_ore),
        files=writing.files,
        steps=writing.steps("check"),
        is_open=writing.is_open,
    )


@intake.post("/drafts/<uuid:draft_id>/submit")
@commits
@needs_case("proposal.submit")
def submit(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    actions.submit_proposal(session, proposal, found, actor=case.actor, at=now(), base_url=settings().base_url)
    return go(url_for("intake.receipt", reference=proposal.reference))


@intake.get("/proposals/<reference>/receipt")
@needs_case("receipt.view")
def receipt(case: Case) -> ResponseReturnValue:
    session, proposal = current_session(), case.proposal
    found = queries.call_of(session, proposal)
    version = queries.newest_version(session, proposal.id)
    return render_template(
        "intake/receipt.html",
        proposal=proposal,
        call=found,
        version=version,
        may_change=case.may("proposal.reopen") and queries.state_of_call(found, at=now()) is CallState.OPEN,
        email=queries.receipt_sent_to(session, proposal),
    )
