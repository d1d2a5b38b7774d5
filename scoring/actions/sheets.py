"""How does an assessor score, finish, and begin again? Nothing here commits."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from foundation import mail
from foundation.errors import ChangedMeanwhile, NotAllowed, Refused
from foundation.identity.models import Person
from foundation.identity.roles import Actor
from intake.actions import note_finished, note_reopened, record_on
from intake.models import Proposal, ReviewerAssignment
from intake.queries import any_assignment, find_assignment, has_conflict, newest_version
from scoring.events import AssessmentFinalised, AssessmentReopened
from scoring.models import Assessment, AssessmentScore, Consensus
from scoring.policy_queries import scale_of
from scoring.queries import own_assessment, scores_of
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.drafts import ScoreDraft

_FINISHED = "Din vurdering er afsluttet og kan ikke ændres. Bed sekretariatet om at åbne den igen."
_OUTDATED = (
    "Forslaget er sendt i en ny udgave, siden du gemte din vurdering. Læs den nye udgave, gem vurderingen igen, "
    "og afslut den så."
)


def scoring_assignment(session: Session, proposal: Proposal, actor: Actor) -> ReviewerAssignment:
    """The assignment that the actor scores by. Raises NotAllowed for whoever works on the case without scoring."""
    assignment = find_assignment(session, actor.person_id, proposal.id)
    if assignment is None or not assignment.scores:
        raise NotAllowed(
            "Du skal svare for din forvaltning, men ikke give point. Det gør de, der er bedt om at vurdere."
        )
    return assignment


def save_assessment(
    session: Session,
    proposal: Proposal,
    drafts: Mapping[Dimension, ScoreDraft],
    *,
    scale: Scale,
    version: int,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Store the assessor's own sheet, tied to the newest version of the proposal.

    One that was finished and does not count any more, because of a conflict of interest that was lifted, is open again.
    Raises NotAllowed for whoever does not score, Refused once final, ChangedMeanwhile for an old `version` (0: none).
    """
    assignment = scoring_assignment(session, proposal, actor)
    sheet = own_assessment(session, proposal.id, actor.person_id)
    if assignment.finished_at is not None:
        raise Refused(_FINISHED)
    if (sheet.version if sheet else 0) != version:
        raise ChangedMeanwhile
    read = _newest(session, proposal)
    sheet = sheet or _new_sheet(session, proposal, assignment, scale, read=read, at=at)
    rows = scores_of(session, sheet.id)
    for dimension, draft in drafts.items():
        row = rows.get(dimension) or AssessmentScore(assessment_id=sheet.id, dimension=dimension)
        row.score, row.reason, row.evidence = draft.score, draft.reason, draft.evidence
        session.add(row)
    sheet.proposal_version, sheet.saved_at, sheet.finalised_at = read, at, None
    session.add(sheet)
    session.flush()
    return sheet


def _new_sheet(
    session: Session, proposal: Proposal, assignment: ReviewerAssignment, scale: Scale, *, read: int, at: datetime
) -> Assessment:
    sheet = Assessment(
        proposal_id=proposal.id,
        assessor_id=assignment.person_id,
        department_code=assignment.department_code or "",
        scale_id=scale.id,
        proposal_version=read,
        saved_at=at,
    )
    session.add(sheet)
    session.flush()
    return sheet


def _newest(session: Session, proposal: Proposal) -> int:
    version = newest_version(session, proposal.id)
    return version.number if version else 1


def need_newest_read(session: Session, proposal: Proposal, sheet: Assessment | None) -> None:
    """Raises Refused when a sheet was saved by somebody who read an older version than the newest."""
    if sheet is not None and sheet.proposal_version != _newest(session, proposal):
        raise Refused(_OUTDATED)


def finalise_assessment(session: Session, proposal: Proposal, sheet: Assessment, *, actor: Actor, at: datetime) -> None:
    """Close a sheet, so that it counts. Raises Refused the second time, and while it lacks anything.

    Nothing of the scores leaves the sheet; a consensus that was found without this sheet no longer counts.
    """
    if scoring_assignment(session, proposal, actor).finished_at is not None:
        raise Refused(_FINISHED)
    need_newest_read(session, proposal, sheet)
    lacking = _lacking(session, sheet)
    if lacking:
        raise Refused(
            "Din vurdering kan ikke afsluttes endnu. Vælg et niveau, begrund det, og skriv, hvor det står, for: "
            + ", ".join(lacking)
        )
    sheet.finalised_at = at
    session.add(sheet)
    supersede_consensus(session, proposal, at=at)
    note_finished(session, proposal, sheet.assessor_id, at=at)
    record_on(session, proposal, AssessmentFinalised(sheet.department_code), actor=actor, at=at)


def _lacking(session: Session, sheet: Assessment) -> list[str]:
    """The dimensions without a score, a written reason or a reference to what it rests on (domain.md G2)."""
    rows = scores_of(session, sheet.id)
    return [
        criterion.name
        for criterion in scale_of(session, sheet.scale_id).criteria
        if (row := rows.get(criterion.dimension)) is None or row.score is None or not (row.reason and row.evidence)
    ]


def supersede_consensus(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """A consensus that counted does so no longer; the rows are kept."""
    session.execute(
        sa.update(Consensus)
        .where(col(Consensus.proposal_id) == proposal.id, col(Consensus.superseded_at).is_(None))
        .values(superseded_at=at)
    )


def reopen_assessment(
    session: Session,
    proposal: Proposal,
    sheet: Assessment,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
    base_url: str,
) -> None:
    """Open a finished sheet again, with a reason that its assessor is told. Raises Refused for one that is open."""
    if not reason:
        raise Refused("Skriv, hvorfor vurderingen skal åbnes igen.", field="reason")
    assignment = any_assignment(session, sheet.assessor_id, proposal.id)
    if assignment is None or assignment.finished_at is None:
        raise Refused("Vurderingen er allerede åben. Den, der vurderer, kan rette i den.")
    sheet.finalised_at = None
    session.add(sheet)
    supersede_consensus(session, proposal, at=at)
    note_reopened(session, proposal, sheet.assessor_id, at=at)
    assessor = session.get_one(Person, sheet.assessor_id)
    record_on(session, proposal, AssessmentReopened(assessor.name, reason), actor=actor, at=at)
    session.flush()
    if not has_conflict(session, assessor.id, proposal):
        _tell_assessor(session, proposal, sheet, assessor, reason, at=at, base_url=base_url)


def _tell_assessor(
    session: Session,
    proposal: Proposal,
    sheet: Assessment,
    assessor: Person,
    reason: str,
    *,
    at: datetime,
    base_url: str,
) -> None:
    subject, body = mail.compose(
        "assessment_reopened",
        reference=proposal.reference,
        reason=reason,
        address=f"{base_url}/proposals/{proposal.reference}/assessment",
    )
    mail.queue(
        session,
        dedup_key=f"reopened:{sheet.id}:{sheet.version}",
        to=assessor.email,
        subject=subject,
        body=body,
        at=at,
        about_id=proposal.id,
    )
