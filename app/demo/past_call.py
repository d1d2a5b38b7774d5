"""What came of the call of 2021-22, which was answered long before Rådslag, and how is it entered as history?

Two of its twelve proposals are real, with the figures that are public; ten and their organisations are invented. The
days on which the call opened and closed, and every score, are examples.
"""

import json
from datetime import date, datetime, time
from typing import Any, Final

from sqlmodel import Session

from foundation.clock import copenhagen_moment
from foundation.identity.roles import Actor
from intake.actions.imports import enter_past_call, import_history
from intake.import_file import look_through
from intake.rules.call import FocusArea
from intake.rules.call_draft import CallDraft
from scoring.rules.dimensions import Dimension
from scoring.wording import WORDS

_CALL: Final = CallDraft(
    title="Bedre hverdag for aarhusianere med psykisk sygdom",
    opens_at=copenhagen_moment(date(2021, 11, 1), time(9)),
    closes_at=copenhagen_moment(date(2022, 2, 1), time(12)),
    purpose="Rådet søgte indsatser, som hjælper borgere med psykisk sygdom og senere giver kommunen færre udgifter. "
    "Der kunne vælges op til tre indsatser fra tre leverandører. Callet er fra før Rådslag og er skrevet ind som "
    "historie. Dagene for åbning og frist er eksempler.",
    who_can_apply="Organisationer, socialøkonomiske virksomheder, kommunale forvaltninger og andre.",
    focus_areas=(FocusArea.MENTAL_ILLNESS,),
    frame_ore=9_000_000_00,
    per_project_cap_ore=3_000_000_00,
    max_projects=3,
    policy_id="2026",
    contact_name="Sekretariatet for Rådet for Sociale Investeringer",
    contact_email="sekretariat@raadslag.example",
)
_INVENTED: Final = "Opdigtet til prøveversionen"
_ORGANISATIONS: Final = {
    "kor": ("Koret ved Åen", "association", "99999918"),
    "cykel": ("Cykelværkstedet Fri Bane", "social_enterprise", "99999942"),
    "natur": ("Naturfællesskabet Skovbrynet", "association", "99999950"),
    "cafe": ("Caféen på Hjørnet", "social_enterprise", "99999969"),
    "bolig": ("Foreningen Egen Dør", "self_governing", "99999977"),
    "fond": ("Den opdigtede Fond for Hverdagsliv", "foundation", "99999985"),
    "net": ("Netværket Ligeværd", "association", "99999993"),
}


def add_past_call(session: Session, *, actor: Actor, at: datetime) -> None:
    """The call and its twelve cases, through the same import as any other file."""
    call = enter_past_call(session, _CALL, actor=actor, at=at)
    dimensions = {one.value: WORDS[Dimension][one] for one in Dimension}
    content = json.dumps({"proposals": [*_real_cases(), *_invented_cases()]}).encode()
    found = look_through(session, call, content, at=at, dimensions=dimensions)
    if found.faults:
        raise ValueError("\n".join(fault.line for fault in found.faults))
    import_history(session, call, found.drafts, actor=actor, at=at)


def _real_cases() -> list[dict[str, Any]]:
    return [
        {
            "organisation.name": "IPSCenter Danmark og SIND Erhverv",
            "title": "Din vej i job",
            "focus_area": "mental_illness",
            "wish": "social_investment",
            "participants": 60,
            "intervention": "Borgerne bliver hjulpet mod job eller uddannelse i 2023 og 2024. Investeringen svarer til "
            "50.000 kr. for hver borger.",
            "target_group": "Borgere over 30 år, som får kontanthjælp og har en psykisk sygdom.",
            "result_goals": "Flere kommer i job eller uddannelse.",
            "payer": "Sociale Forhold og Beskæftigelse",
            "partners": "Sociale Forhold og Beskæftigelse",
            "history.state": "closed",
            "history.track": "social_investment",
            "history.granted": 3_000_000,
            "history.decided_on": "17.11.2022",
            "history.source": "Aarhus Kommunes nyhed 17. november 2022, hvor investeringen blev offentliggjort, og "
            "IPSCenter Danmarks omtale",
            **_example(3, 3, 3, 4, 3, 3, 3, 3),
        },
        {
            "organisation.name": "Sociale Forhold og Beskæftigelse",
            "organisation.kind": "municipal_department",
            "title": "IPS-Plus",
            "focus_area": "mental_illness",
            "wish": "social_investment",
            "participants": 300,
            "intervention": "En enhed i forvaltningen afklarer de unge tidligt og hjælper dem hurtigere til fodfæste. "
            "Den arbejder i fire år. Investeringen svarer til 10.000 kr. for hver ung.",
            "target_group": "Unge fra 16 til 29 år.",
            "result_goals": "Tidligere afklaring og hurtigere fodfæste.",
            "payer": "Sociale Forhold og Beskæftigelse",
            "history.state": "approved",
            "history.track": "social_investment",
            "history.granted": 3_000_000,
            "history.decided_on": "17.11.2022",
            "history.source": "Aarhus Kommunes nyhed 17. november 2022, hvor investeringen blev offentliggjort, og "
            "kommunens omtale af IPS-Plus",
            **_example(4, 3, 3, 3, 3, 3, 4, 3),
        },
    ]


def _invented_cases() -> list[dict[str, Any]]:
    return [
        _invented("kor", "Syng dig stærk", "refused", 450_000, 40, "Et ugentligt kor med en fast makker til hver."),
        _invented(
            "cykel", "Praktik på to hjul", "maturing_dialogue", 2_400_000, 48, "Praktik med mentor i et værksted."
        ),
        _invented("natur", "Skovdage", "refused", 900_000, 60, "To dage om ugen i skoven med guide og frivillige."),
        _invented("cafe", "Første vagt", "maturing_dialogue", 1_800_000, 36, "Korte vagter, der vokser med kræfterne."),
        _invented("bolig", "Hjem igen", "referred", 2_900_000, 45, "Støtte i egen bolig lige efter en indlæggelse."),
        _invented("fond", "Familiens bord", "refused", 600_000, 30, "Samtaler for pårørende omkring et måltid."),
        _invented("net", "Én at ringe til", "refused", 350_000, 120, "Telefonvenner, som selv har været syge."),
        _invented("cykel", "Nattens værksted", "refused", 250_000, 20, "Åbent værksted om natten for søvnløse."),
        _invented("net", "Ligeværd på jobbet", "maturing_dialogue", 2_100_000, 50, "Kolleger lærer at tage imod."),
        _invented("bolig", "Nøglen før sommer", "referred", 3_000_000, 40, "Hurtig vej fra botilbud til egen bolig."),
    ]


def _invented(who: str, title: str, state: str, kroner: int, participants: int, what: str) -> dict[str, Any]:
    name, kind, cvr = _ORGANISATIONS[who]
    return {
        "organisation.name": name,
        "organisation.kind": kind,
        "organisation.cvr": cvr,
        "title": title,
        "focus_area": "mental_illness",
        "wish": "social_investment",
        "intervention": what,
        "target_group": "Aarhusianere med psykisk sygdom.",
        "participants": participants,
        "amount_sought": kroner,
        "history.state": state,
        "history.track": {"referred": "referred_to_department"}.get(state, state),
        "history.decided_on": "17.11.2022",
        "history.source": _INVENTED,
        **(_example(2, 2, 2, 1, 1, 1, 1, 2) if state == "maturing_dialogue" else {}),
    }


def _example(*levels: int) -> dict[str, Any]:
    return {f"history.score.{one.value}": level for one, level in zip(Dimension, levels, strict=True)}
