"""Which proposals does the demo tell of, and how far has each come? All of them are invented."""

from dataclasses import dataclass, field
from typing import Any

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

    `until` is one of: draft, submitted, returned, rejected, checked, routed, answered, assessed, sorted, released,
    placed. `withdrawn` is why the applicant took it back. While the departments still have the case, `hearing` is what
    the applicant is heard about, `conflict` the reviewer's ground for not having it, `exempt` why the `others` need
    not answer, and `rerouted` why one is `asked_later`.
    """

    organisation: str
    applicant: str
    until: str
    answers: dict[str, Any]
    scores: dict[Dimension, int] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    can_pay: CanPay = CanPay.NO
    hearing: str = ""
    conflict: str = ""
    others: tuple[str, ...] = ()
    exempt: str = ""
    asked_later: str = ""
    rerouted: str = ""
    withdrawn: str = ""
    statement: str = "Forvaltningen kender målgruppen og ser gerne, at idéen bliver prøvet af i mindre skala."


def _answers(title: str, area: str, wish: str, kroner: int, participants: int, **own: Any) -> dict[str, Any]:
    """Every question of core-2027 answered; `own` replaces single answers. The budget is that of the amount."""
    standard: dict[str, Any] = {
        "summary": f"{title} giver {participants} borgere et fast fællesskab, hvor de selv er værter. Vi vil se, om "
        "det gør færre ensomme.",
        "problem": "Mange i målgruppen står uden et fællesskab i hverdagen. I vores område gælder det omkring 240 "
        "voksne, viser boligforeningens egen undersøgelse.",
        "supplement": "Kommunen har rådgivning og væresteder. Vi tilbyder noget, som ligger ud over det: et fast "
        "fællesskab, hvor borgerne selv er værter.",
        "target_group": "Voksne i Aarhus, som bor alene og sjældent ser andre.",
        "inclusion": "Man bor i området, er fyldt 18 år og vil gerne møde andre.",
        "exclusion": "Borgere med et aktivt misbrug, som har brug for en anden slags hjælp.",
        "recruitment": "Boligsociale medarbejdere fortæller om tilbuddet og følger med den første gang.",
        "intervention": "Vi mødes to gange om ugen hele året. En koordinator og otte frivillige står for møderne, og "
        "hver deltager får en fast makker.",
        "starts_on": "2027-08-01",
        "ends_on": "2028-07-31",
        "theory_of_change": "Når man mødes fast om noget praktisk, lærer man hinanden at kende. Det giver tryghed, og "
        "trygheden gør, at man selv tager kontakt til andre.",
        "evidence": "Vi har selv prøvet det i lille skala med 12 deltagere. Lignende indsatser i andre byer har vist "
        "færre ensomme efter et år.",
        "references": [{"source": "Foreningens egen opgørelse af forsøget i lille skala"}],
        "result_goals": [
            {
                "indicator": "Deltagere, som har mindst to personer, de kan ringe til",
                "baseline": _share(20, participants),
                "target": f"{_share(65, participants)} efter et år",
                "measuring_points": "Ved start og efter 12 måneder",
                "data_source": "Koordinatoren spørger deltagerne i et skema",
                "success_share": 65,
                "deadweight": 20,
                "payer": "Ingen bestemt forvaltning endnu",
            }
        ],
        "payer": "Vi har talt med en konsulent i forvaltningen, men der er ikke aftalt noget om penge.",
        "budget": _budget(kroner),
        "cofunding": [{"funder": "Foreningens egne penge", "status": "own", "amount": 10_000_00}],
        "capacity": "Foreningen har 40 medlemmer, 8 faste frivillige og en kasserer. Vi har drevet en fælleshave i "
        "fire år.",
        "partners": [
            {"name": "Boligforeningen", "role": "Lokaler og kontakt til beboerne"},
            {"name": "Det lokale bibliotek", "role": "Et sted at mødes om vinteren"},
        ],
        "risks": "Koordinatoren kan stoppe. Derfor kender to frivillige alle aftaler.",
        "continuation": "Frivillige overtager, når koordinatoren stopper. Boligforeningen stiller fortsat lokaler til "
        "rådighed.",
        **_DECLARED,
    }
    asked = {
        "title": title,
        "focus_area": area,
        "wish": wish,
        "amount_sought": kroner * 100,
        "participants": participants,
    }
    return {**asked, **standard, **own}


def _share(percent: int, participants: int) -> str:
    return f"{(participants * percent + 50) // 100} af {participants}"


def _budget(kroner: int) -> list[dict[str, Any]]:
    """Three rows that come to the amount sought and 10.000 kr. of the organisation's own."""
    materials, evaluation = kroner // 5, kroner // 20
    rest = kroner + 10_000 - materials - evaluation
    return [
        {"year": 2027, "kind": "delivery", "text": "Koordinator", "amount": rest * 100},
        {"year": 2027, "kind": "setup", "text": "Materialer og udstyr", "amount": materials * 100},
        {"year": 2028, "kind": "evaluation", "text": "Måling ved start og slut", "amount": evaluation * 100},
    ]


_DECLARED = {
    "in_aarhus": "yes",
    "beyond_duty": "yes",
    "already_started": "no",
    "public_benefit": "yes",
    "profit_aim": "no",
    "economic_activity": "no",
    "one_off": "yes",
    "ties": "no",
    "accepts_rules": "yes",
}

_JOB: dict[str, Any] = {
    "summary": "60 aarhusianere over 30 år med psykisk sygdom får en jobkonsulent, som hjælper dem i ordinært job.",
    "problem": "Omkring 1.900 aarhusianere over 30 år med psykisk sygdom har været uden for arbejdsmarkedet i mere end "
    "to år. De fleste vil gerne arbejde.",
    "intervention": "Hver deltager får en jobkonsulent, som arbejder efter IPS-metoden: ordinært job først, støtte på "
    "arbejdspladsen og tæt samarbejde med behandlingen. Forløbet varer op til 18 måneder.",
    "target_group": "Kontanthjælpsmodtagere over 30 år med psykisk sygdom, som selv ønsker job.",
    "inclusion": "Man er over 30 år, får kontanthjælp, er i behandling og vil gerne i job.",
    "exclusion": "Borgere, der er indlagt.",
    "recruitment": "Jobcentret visiterer sammen med psykiatrien.",
    "evidence": "IPS er undersøgt i lodtrækningsforsøg i Danmark og udlandet og giver flere i ordinært arbejde.",
    "result_goals": [
        {
            "indicator": "Deltagere i ordinært job i mindst seks måneder",
            "baseline": "Ingen er i job ved start",
            "target": _share(35, 60),
            "measuring_points": "Efter 6, 12, 18 og 24 måneder",
            "data_source": "Kommunens registre, talt af jobcentret",
            "success_share": 35,
            "deadweight": 15,
            "payer": "Sociale Forhold og Beskæftigelse, fordi færre får kontanthjælp",
        }
    ],
    "payer": "Sociale Forhold og Beskæftigelse sparer på forsørgelse og har bekræftet budget.",
    "capacity": "Foreningen har drevet beskæftigelsesindsatser i otte år og har 14 ansatte.",
    "continuation": "Virker indsatsen, fortsætter den i forvaltningens drift.",
}

_JOB_INSIDE: dict[str, Any] = _JOB | {
    "summary": "52 aarhusianere med psykisk sygdom prøver kræfter med et arbejde inde i en virksomhed, med en mentor "
    "ved siden af, før de søger job.",
    "intervention": "En konsulent finder virksomheden sammen med deltageren. En mentor på stedet følger deltageren de "
    "første seks måneder. Forløbet varer op til et år.",
    "result_goals": [_JOB["result_goals"][0] | {"target": _share(35, 52)}],
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
        statement="Forvaltningen kan og vil betale, når deltagerne kommer i job. Metoden passer til målgruppen, og "
        "jobcentret kan visitere.",
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
        can_pay=CanPay.PARTLY,
    ),
    Story(
        "jobvejen",
        "projektleder",
        "routed",
        _answers("En nøgle og en nabo", "homelessness", "social_investment", 2_900_000, 35),
        conflict="Min søster er ansat i foreningen.",
        others=("MTM", "MKB", "BA"),
    ),
    Story(
        "byhaven",
        "frivillig",
        "routed",
        _answers("Unge pårørende mødes", "children_special_needs", "donation", 85_000, 12),
        hearing="Forvaltningen har selv åbnet en gruppe for unge pårørende i samme område.",
        others=("MSB",),
        exempt="Forslaget handler om børn under 18 år, og dem har forvaltningen ikke noget tilbud til.",
    ),
    Story(
        "jobvejen",
        "projektleder",
        "routed",
        _answers("En rolig morgen", "mental_illness", "social_investment", 1_200_000, 28),
        asked_later="MSO",
        rerouted="Forslaget bygger på hjemmesygeplejens besøg, så Sundhed og Omsorg skal også spørges.",
    ),
    Story(
        "byhaven",
        "kasserer",
        "returned",
        _answers("Gåture med selskab", "deprived_areas", "donation", 55_000, 30),
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
    Story(
        "byhaven",
        "frivillig",
        "released",
        _answers("Søndagsbordet", "mental_illness", "donation", 75_000, 32),
        _YOUNG_IDEA,
        FUNDABLE_DONATION,
    ),
    Story(
        "jobvejen",
        "projektleder",
        "placed",
        _answers("Vejen ind", "mental_illness", "social_investment", 2_600_000, 52, **_JOB_INSIDE),
        _MATURE,
        FUNDABLE_INVESTMENT,
        CanPay.YES,
        statement="Forvaltningen kan og vil betale, når deltagerne kommer i job.",
    ),
    Story(
        "byhaven",
        "kasserer",
        "placed",
        _answers("Den åbne værkstedsdør", "deprived_areas", "donation", 65_000, 40),
        _YOUNG_IDEA,
        FUNDABLE_DONATION,
    ),
    Story(
        "byhaven",
        "frivillig",
        "checked",
        _answers("Fælles frokost på fredage", "homelessness", "donation", 45_000, 26),
        withdrawn="Vi har fået et lokale og penge fra boligforeningen, så vi behøver ikke at søge.",
    ),
)
