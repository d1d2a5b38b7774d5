"""What did the first question set ask? Proposals that were written with it are still shown by it."""

from intake.rules.questions.grammar import Kind, Question, QuestionSet, Section

CORE_2026 = QuestionSet(
    id="core-2026",
    sections=(
        Section(
            "idea",
            "Idéen",
            (
                Question(
                    "title",
                    "Hvad hedder jeres forslag?",
                    Kind.LINE,
                    hint="Et kort navn, som man kan huske. Højst 100 tegn.",
                    missing="Giv forslaget et navn.",
                    example="Byhaven på torvet: fællesskab for ensomme ældre",
                ),
                Question(
                    "focus_area",
                    "Hvilket hovedområde hører forslaget mest til?",
                    Kind.FOCUS_AREA,
                    hint="Vælg det ene, der passer bedst.",
                    missing="Vælg et hovedområde.",
                    why="Hovedområdet afgør, hvilken forvaltning vi spørger først.",
                ),
                Question(
                    "problem",
                    "Hvilket problem vil I løse, og hvem har det?",
                    Kind.PROSE,
                    hint="Skriv, hvad I ved om problemet i Aarhus, gerne med tal.",
                    missing="Beskriv det problem, I vil løse.",
                    why="Rådet skal kunne se, at behovet er der, og hvor stort det er.",
                    example="I vores område bor 240 ældre alene. Hver tredje siger i boligforeningens undersøgelse, "
                    "at de sjældent taler med nogen.",
                    most_words=300,
                ),
                Question(
                    "supplement",
                    "Hvad er nyt i forhold til det, kommunen allerede skal tilbyde?",
                    Kind.PROSE,
                    hint="Skriv, hvad borgerne får oven i kommunens lovpligtige tilbud.",
                    missing="Skriv, hvad der er oven i kommunens eget tilbud.",
                    why="Rådet må kun støtte det, der kommer oven i kommunens pligter.",
                    most_words=150,
                ),
            ),
        ),
        Section(
            "intervention",
            "Indsatsen",
            (
                Question(
                    "intervention",
                    "Hvad vil I gøre?",
                    Kind.PROSE,
                    hint="Beskriv de vigtigste aktiviteter, hvor længe de varer, og hvem der gør dem.",
                    missing="Beskriv, hvad I vil gøre.",
                    most_words=400,
                ),
                Question(
                    "target_group",
                    "Hvem er indsatsen for, og hvem er den ikke for?",
                    Kind.PROSE,
                    hint="Skriv, hvad der skal til for at være med, og hvordan I finder deltagerne.",
                    missing="Beskriv, hvem indsatsen er for.",
                    why="En klar målgruppe gør det muligt at måle, om det virker.",
                    most_words=200,
                ),
                Question(
                    "participants",
                    "Hvor mange borgere er indsatsen for?",
                    Kind.WHOLE_NUMBER,
                    hint="Et helt tal. Tæl kun dem, der selv får gavn af indsatsen.",
                    missing="Skriv, hvor mange borgere indsatsen er for.",
                    why="Til en social investering skal der som udgangspunkt være mindst 25 deltagere.",
                ),
                Question(
                    "theory_of_change",
                    "Hvorfor tror I, at det virker?",
                    Kind.PROSE,
                    hint="Fortæl trin for trin, hvordan det, I gør, fører til en forandring for borgerne.",
                    missing="Skriv, hvorfor I tror, at det virker.",
                    why="Det kaldes en forandringsteori. Den må gerne være enkel.",
                    example="Når de ældre mødes om noget praktisk hver uge, lærer de hinanden at kende. Så ringer de "
                    "også til hinanden mellem møderne, og ensomheden bliver mindre.",
                    most_words=300,
                ),
                Question(
                    "evidence",
                    "Hvad ved I fra andre steder?",
                    Kind.PROSE,
                    hint="Undersøgelser, evalueringer eller egne erfaringer. Skriv, hvor man kan læse mere.",
                    missing="Skriv, hvad I ved fra andre steder. Ved I ikke noget endnu, så skriv det.",
                    most_words=300,
                ),
            ),
        ),
        Section(
            "results",
            "Resultater og penge",
            (
                Question(
                    "result_goals",
                    "Hvad skal være anderledes bagefter, og hvordan måler I det?",
                    Kind.PROSE,
                    hint="Op til seks mål. For hvert mål: hvordan er det nu, hvor vil I hen, og hvem tæller.",
                    missing="Skriv mindst ét mål, og hvordan I måler det.",
                    example="20 af 30 deltagere har efter et år mindst to personer, de kan ringe til (i dag: 6). Vi "
                    "spørger dem selv ved start og efter 12 måneder.",
                    most_words=300,
                ),
                Question(
                    "payer",
                    "Hvem i kommunen kan have gavn af det og betale, hvis det virker?",
                    Kind.PROSE,
                    hint="Har I talt med en forvaltning, så skriv hvem. Ellers skriv, hvor I tror, der spares.",
                    missing="Skriv, hvem der kan have gavn af, at det virker. Ved I det ikke, så skriv det.",
                    why="En social investering betales tilbage af den forvaltning, der sparer penge.",
                    most_words=150,
                ),
                Question(
                    "amount_sought",
                    "Hvor meget søger I?",
                    Kind.KRONER,
                    hint="Hele kroner, for eksempel 85.000. En donation kan højst være 100.000 kr.",
                    missing="Skriv, hvor mange kroner I søger.",
                ),
                Question(
                    "budget",
                    "Hvad går pengene til, og hvem betaler ellers?",
                    Kind.PROSE,
                    hint="En linje for hver post med beløb. Nævn også det, I selv eller andre betaler.",
                    missing="Skriv, hvad pengene går til.",
                    most_words=200,
                ),
                Question(
                    "wish",
                    "Hvad søger I?",
                    Kind.WISH,
                    hint="Jeres ønske bliver vist, men det er reglerne, der afgør, hvor forslaget hører til.",
                    missing="Vælg, hvad I søger. Er I i tvivl, så vælg Ved ikke.",
                ),
            ),
        ),
        Section(
            "organisation",
            "Jer selv",
            (
                Question(
                    "capacity",
                    "Hvem skal gøre arbejdet, og hvad har I prøvet før?",
                    Kind.PROSE,
                    hint="Skriv om frivillige, ansatte og erfaring. Skriv ikke navne på borgere.",
                    missing="Skriv, hvem der skal gøre arbejdet.",
                    most_words=200,
                ),
                Question(
                    "partners",
                    "Hvem arbejder I sammen med?",
                    Kind.PROSE,
                    hint="Andre foreninger, boligforeninger, skoler eller forvaltninger.",
                    missing="",
                    most_words=150,
                    required=False,
                ),
                Question(
                    "continuation",
                    "Hvad sker der, når pengene er brugt?",
                    Kind.PROSE,
                    hint="Skriv, hvordan indsatsen kan fortsætte, hvis den virker.",
                    missing="Skriv, hvad der sker bagefter.",
                    most_words=150,
                ),
            ),
        ),
    ),
)
