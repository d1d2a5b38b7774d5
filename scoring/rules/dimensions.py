"""Which eight dimensions is the maturity of a proposal judged on, and what does each level mean?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LOWEST_LEVEL: Final = 0
HIGHEST_LEVEL: Final = 4


class Dimension(StrEnum):
    """The dimensions in the order of domain.md G2; the values stand in the policy file (contract 4)."""

    TARGET_GROUP = "target_group"
    NEED = "need"
    THEORY_OF_CHANGE = "theory_of_change"
    EVIDENCE = "evidence"
    RESULT_GOALS = "result_goals"
    ECONOMY = "economy"
    PAYER = "payer"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One dimension as a reviewer meets it: Danish words, weight and the text of the levels 0 to 4.

    `rule` is the id in domain.md, `rests_on` says in Danish what the Council looks for, `source` where that
    comes from.
    """

    dimension: Dimension
    rule: str
    name: str
    weight: int
    question: str
    levels: tuple[str, str, str, str, str]
    rests_on: str
    source: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A published set of criteria. Once used it never changes: a new wording is a new scale."""

    id: str
    criteria: tuple[Criterion, ...]

    def of(self, dimension: Dimension) -> Criterion:
        return next(criterion for criterion in self.criteria if criterion.dimension is dimension)


SCALE_2026: Final = Scale(
    id="2026",
    criteria=(
        Criterion(
            dimension=Dimension.TARGET_GROUP,
            rule="DIM1",
            name="Målgruppe",
            weight=1,
            question="Hvem er indsatsen for, hvor mange er de, og hvordan kommer de med?",
            levels=(
                "Forslaget beskriver ikke, hvem indsatsen er for.",
                "Målgruppen er løst beskrevet, og det fremgår ikke, hvor stor den er.",
                "Det er delvist beskrevet, hvem der kan være med, og hvem der ikke kan. Størrelsen er anslået.",
                "Det er klart, hvem der kan være med, og hvem der ikke kan. Der er mindst 25 borgere eller "
                "familier, og forslaget siger, hvordan de kommer med.",
                "Som niveau 3. Desuden er visitationen aftalt med myndigheden, og tal viser, "
                "at det er realistisk at få deltagerne med.",
            ),
            rests_on="En social investering kræver en forholdsvis stor målgruppe, så virkningen kan måles.",
            source="DIM1; slides, oktober 2025; socialeinvesteringer.nu, målgruppe",
        ),
        Criterion(
            dimension=Dimension.NEED,
            rule="DIM2",
            name="Behov og supplement",
            weight=1,
            question="Hvilket problem løser indsatsen, og hvad lægger den til det, kommunen allerede gør?",
            levels=(
                "Forslaget viser ikke, at der er et problem.",
                "Problemet er nævnt, men der er ingen tal bag.",
                "Problemet er beskrevet med nogle tal. Det er uklart, om indsatsen overlapper tilbud, der findes.",
                "Tal viser problemet, og der er tydeligt noget, der mangler. "
                "Indsatsen supplerer de lovpligtige tilbud og erstatter dem ikke.",
                "Som niveau 3. Desuden bekræfter forvaltningen, at der mangler noget, "
                "og indsatsen når de mest udsatte borgere.",
            ),
            rests_on="Indsatsen skal supplere kommunens tilbud, og de mest udsatte borgere kommer først.",
            source="DIM2; vision 2025",
        ),
        Criterion(
            dimension=Dimension.THEORY_OF_CHANGE,
            rule="DIM3",
            name="Forandringsteori",
            weight=1,
            question="Hvordan fører det, I gør, til det, I vil opnå?",
            levels=(
                "Der er ingen forandringsteori.",
                "Forslaget beskriver kun aktiviteter.",
                "Aktiviteterne er knyttet til mål, men antagelserne bag er svage.",
                "Hele kæden fra aktivitet til virkning er skrevet ned, "
                "også antagelserne og grunden til, at det virker.",
                "Som niveau 3. Desuden bygger teorien på borgernes syn og på viden fra forskning, "
                "og en manual gør, at andre kan gøre det samme.",
            ),
            rests_on="Har en indsats kun lidt evidens, skal forandringsteorien være velunderbygget.",
            source="DIM3; resultater til nu",
        ),
        Criterion(
            dimension=Dimension.EVIDENCE,
            rule="DIM4",
            name="Evidens",
            weight=2,
            question="Hvor sikkert ved vi, at indsatsen virker?",
            levels=(
                "Der er kun en idé, eller der er tegn på, at indsatsen kan skade.",
                "Der er fortællinger om gode erfaringer og en sammenhængende forklaring på, hvorfor det virker.",
                "Der er målinger før og efter, eller der er god evidens fra en lignende gruppe eller et andet felt.",
                "Der er en undersøgelse med en sammenligningsgruppe, "
                "eller stærk evidens fra udlandet er tilpasset danske forhold.",
                "En uafhængig eller gentaget undersøgelse viser virkningen under forhold, der ligner.",
            ),
            rests_on=(
                "En social investering er afprøvet. Den kan være ny, når den bygger på evidens fra andre felter."
            ),
            source="DIM4; vision 2025; slides, oktober 2025; vidensdeklaration; Nesta",
        ),
        Criterion(
            dimension=Dimension.RESULT_GOALS,
            rule="DIM5",
            name="Resultatmål og måling",
            weight=2,
            question="Hvilke virkninger skal nås, og hvordan bliver de målt?",
            levels=(
                "Der er ingen mål.",
                "Målene tæller kun aktiviteter.",
                "Der er mål for virkningen, men de kan ikke måles, eller udgangspunktet kendes ikke.",
                "Målene er klare og kan måles. Udgangspunkt, datakilde og målepunkter er på plads, "
                "og det fremgår, hvem der tæller.",
                "Som niveau 3. Desuden er det fastlagt, hvad der ville ske uden indsatsen, og "
                "adgangen til data "
                "er bekræftet. Målene er få, og parterne er enige om dem.",
            ),
            rests_on="Målene handler om virkning frem for aktivitet, og de er få og præcise.",
            source="DIM5; slides, oktober 2025; socialeinvesteringer.nu, resultatmål og evaluering",
        ),
        Criterion(
            dimension=Dimension.ECONOMY,
            rule="DIM6",
            name="Økonomi",
            weight=2,
            question="Hvad koster indsatsen, hvad sparer den, og hvem sparer?",
            levels=(
                "Der er ingen tal.",
                "Der er kun et budget.",
                "Der er et budget og et groft skøn over gevinsten.",
                "Der er en business case med scenarier. Den regner fra, hvad der ville ske "
                "alligevel, fordeler "
                "gevinsten på dem, der betaler, viser nutidsværdi og tilbagebetalingstid og foreslår priser "
                "på resultaterne.",
                "Som niveau 3. Desuden har forvaltningens økonomer efterprøvet tallene, med SØM eller noget "
                "tilsvarende hvor det kan lade sig gøre. Følsomhed og nulpunkt er regnet ud.",
            ),
            rests_on="Hver indsats har en konkret business case, så vidt muligt regnet med SØM.",
            source=("domain.md DIM6; indstilling 2020; socialeinvesteringer.nu, velegnet indsats og betalingsmodel"),
        ),
        Criterion(
            dimension=Dimension.PAYER,
            rule="DIM7",
            name="Betaler og forankring",
            weight=2,
            question="Hvem vil og kan betale, når indsatsen virker, og hvem fører den videre?",
            levels=(
                "Ingen forvaltning er med.",
                "Forslaget nævner en forvaltning, der kunne være med.",
                "Forvaltningen er positiv, men der er ikke peget på et budget.",
                "Budgettet er fundet, og ledelsen i forvaltningen bakker op. "
                "Resultatbetalingspuljen eller en anden betaler dækker resten.",
                "Som niveau 3. Desuden er der underskrevet en hensigtserklæring, "
                "og der er en plan for at fortsætte, hvis indsatsen lykkes.",
            ),
            rests_on=("Der skal være et budget, som kan og vil betale, og videreførelsen er tænkt ind fra start."),
            source="DIM7; vision 2025; slides, oktober 2023",
        ),
        Criterion(
            dimension=Dimension.CAPACITY,
            rule="DIM8",
            name="Leverandørkapacitet og samarbejde",
            weight=1,
            question="Kan leverandøren og partnerne løfte opgaven?",
            levels=(
                "Det fremgår ikke, hvem der skal løse opgaven.",
                "Der er kun frivillige, og der er ingen plan.",
                "En del af medarbejderne og kompetencerne er på plads, og der er en plan.",
                "Leverandøren har leveret før, regnskabet er i orden, partnerne er fundet, og planen er realistisk.",
                "Som niveau 3. Desuden har leverandøren vist det i samme størrelse, "
                "der er støtte til at komme i gang, og der er en plan for risici.",
            ),
            rests_on=("Opgaven løses på tværs af fag, og der er tid til udvikling og til at bygge kapacitet op."),
            source="DIM8; slides, oktober 2025; vision 2025",
        ),
    ),
)
