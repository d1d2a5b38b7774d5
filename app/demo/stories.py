"""Which proposals does the demo tell of, and how far has each come? All of them are invented."""

from dataclasses import dataclass, field

from scoring.rules.dimensions import Dimension
from scoring.rules.payer import CanPay

FUNDABLE_DONATION = {
    "stop": False,
    "department_funds_itself": False,
    "payers_confirmed": False,
    "legal_checked": False,
    "risk_assessed": False,
    "municipal": False,
    "small_organisation": True,
    "innovative": True,
    "needs_fund": True,
    "assessment_written": True,
    "learning_purpose": True,
}
FUNDABLE_INVESTMENT = {
    "stop": False,
    "department_funds_itself": False,
    "payers_confirmed": True,
    "legal_checked": True,
    "risk_assessed": True,
    "municipal": False,
    "small_organisation": True,
    "innovative": False,
    "needs_fund": True,
    "assessment_written": True,
    "learning_purpose": True,
}


@dataclass(frozen=True, slots=True)
class Story:
    """One proposal: the answers, and the last act that has happened to it.

    `until` is one of: draft, submitted, rejected, checked, routed, answered, assessed, sorted.
    """

    organisation: str
    applicant: str
    until: str
    answers: dict[str, str | int]
    scores: dict[Dimension, int] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    can_pay: CanPay = CanPay.NO
    statement: str = "Forvaltningen kender målgruppen og ser gerne, at idéen bliver prøvet af i mindre skala."


def _answers(title: str, area: str, wish: str, kroner: int, participants: int, **texts: str) -> dict[str, str | int]:
    standard = {
        "problem": "Mange i målgruppen står uden et fællesskab i hverdagen. I vores område gælder det omkring 240 "
        "voksne, viser boligforeningens egen undersøgelse.",
        "supplement": "Kommunen har rådgivning og væresteder. Vi tilbyder noget, som ligger ud over det: et fast "
        "fællesskab, hvor borgerne selv er værter.",
        "intervention": "Vi mødes to gange om ugen hele året. En koordinator og otte frivillige står for møderne, og "
        "hver deltager får en fast makker.",
        "target_group": "Voksne i Aarhus, som bor alene og sjældent ser andre. Indsatsen er ikke for borgere med et "
        "aktivt misbrug. Deltagerne findes gennem boligsociale medarbejdere.",
        "theory_of_change": "Når man mødes fast om noget praktisk, lærer man hinanden at kende. Det giver tryghed, og "
        "trygheden gør, at man selv tager kontakt til andre.",
        "evidence": "Vi har selv prøvet det i lille skala med 12 deltagere. Lignende indsatser i andre byer har vist "
        "færre ensomme efter et år.",
        "result_goals": "Efter 12 måneder har 20 af 30 deltagere mindst to personer, de kan ringe til. I dag gælder "
        "det 6 af 30. Vi spørger deltagerne selv ved start og slut.",
        "payer": "Vi har talt med en konsulent i forvaltningen, men der er ikke aftalt noget om penge.",
        "budget": "Koordinator: 60.000 kr.\nMaterialer: 15.000 kr.\nForplejning: 10.000 kr.\nLokaler: gratis hos "
        "boligforeningen.",
        "capacity": "Foreningen har 40 medlemmer, 8 faste frivillige og en kasserer. Vi har drevet en fælleshave i "
        "fire år.",
        "partners": "Boligforeningen og det lokale bibliotek.",
        "continuation": "Frivillige overtager, når koordinatoren stopper. Boligforeningen stiller fortsat lokaler til "
        "rådighed.",
    }
    return {
        "title": title,
        "focus_area": area,
        "wish": wish,
        "amount_sought": kroner * 100,
        "participants": participants,
        **standard,
        **texts,
    }


_JOB = {
    "problem": "Omkring 1.900 aarhusianere over 30 år med psykisk sygdom har været uden for arbejdsmarkedet i mere end "
    "to år. De fleste vil gerne arbejde.",
    "intervention": "Hver deltager får en jobkonsulent, som arbejder efter IPS-metoden: ordinært job først, støtte på "
    "arbejdspladsen og tæt samarbejde med behandlingen. Forløbet varer op til 18 måneder.",
    "target_group": "Kontanthjælpsmodtagere over 30 år med psykisk sygdom, som selv ønsker job. Indsatsen er ikke for "
    "borgere, der er indlagt. Jobcentret visiterer.",
    "evidence": "IPS er undersøgt i lodtrækningsforsøg i Danmark og udlandet og giver flere i ordinært arbejde.",
    "result_goals": "35 procent er i job i mindst seks måneder. Uden indsatsen ville 15 procent være det. Målt i "
    "kommunens registre efter 6, 12, 18 og 24 måneder.",
    "payer": "Sociale Forhold og Beskæftigelse sparer på forsørgelse og har bekræftet budget.",
    "budget": "Jobkonsulenter: 2.400.000 kr.\nLedelse og drift: 400.000 kr.\nEvaluering: 200.000 kr.",
    "capacity": "Foreningen har drevet beskæftigelsesindsatser i otte år og har 14 ansatte.",
    "continuation": "Virker indsatsen, fortsætter den i forvaltningens drift.",
}

_YOUNG_IDEA = dict(zip(Dimension, (1, 2, 2, 1, 2, 1, 1, 2), strict=True))
_MATURE = dict(zip(Dimension, (3, 3, 3, 3, 3, 3, 3, 3), strict=True))
_WEAK = dict(zip(Dimension, (1, 1, 0, 0, 1, 1, 0, 1), strict=True))

STORIES: tuple[Story, ...] = (
    Story(
        "byhaven",
        "frivillig",
        "sorted",
        _answers("Byhaven på Gellerup Torv", "deprived_areas", "donation", 85_000, 30),
        _YOUNG_IDEA,
        FUNDABLE_DONATION,
    ),
    Story(
        "jobvejen",
        "projektleder",
        "sorted",
        _answers("Job først", "mental_illness", "social_investment", 3_000_000, 60, **_JOB),
        _MATURE,
        FUNDABLE_INVESTMENT,
        CanPay.YES,
        "Forvaltningen kan og vil betale, når deltagerne kommer i job. Metoden passer til målgruppen, og jobcentret "
        "kan visitere.",
    ),
    Story(
        "byhaven",
        "frivillig",
        "assessed",
        _answers("Makkermad", "mental_illness", "donation", 140_000, 24),
        _YOUNG_IDEA,
        FUNDABLE_DONATION,
    ),
    Story(
        "jobvejen",
        "projektleder",
        "assessed",
        _answers("Natcafé uden plan", "homelessness", "unsure", 400_000, 40),
        _WEAK,
        {**FUNDABLE_DONATION, "innovative": False, "learning_purpose": False},
    ),
    Story(
        "jobvejen",
        "projektleder",
        "answered",
        _answers("Tilbage til skolen", "youth_jobs_education", "social_investment", 2_400_000, 80),
    ),
    Story(
        "jobvejen",
        "projektleder",
        "routed",
        _answers("En nøgle og en nabo", "homelessness", "social_investment", 2_900_000, 35),
    ),
    Story(
        "byhaven",
        "frivillig",
        "routed",
        _answers("Unge pårørende mødes", "children_special_needs", "donation", 85_000, 12),
    ),
    Story(
        "byhaven",
        "frivillig",
        "checked",
        _answers("Cykelværksted for alle", "deprived_areas", "donation", 60_000, 45),
    ),
    Story(
        "jobvejen",
        "projektleder",
        "submitted",
        _answers("Mentor på første arbejdsdag", "youth_jobs_education", "unsure", 250_000, 50),
    ),
    Story(
        "byhaven",
        "frivillig",
        "submitted",
        _answers("Sang på trappen", "deprived_areas", "donation", 35_000, 60),
    ),
    Story(
        "jobvejen",
        "projektleder",
        "rejected",
        _answers("Tilskud til vores kontor", "deprived_areas", "donation", 95_000, 5),
    ),
    Story(
        "byhaven",
        "frivillig",
        "draft",
        _answers("Bænke med historier", "deprived_areas", "donation", 40_000, 100),
    ),
)
