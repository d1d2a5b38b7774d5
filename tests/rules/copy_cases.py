"""Which invented proposals do the tests of the copy print?"""

from dataclasses import replace
from datetime import UTC, datetime

from exports.proposal_copy import (
    Column,
    CopiedFile,
    CopiedSection,
    LongAnswer,
    ProposalCopyFacts,
    RowsAnswer,
    ShortAnswer,
)

BUDGET = RowsAnswer(
    label="Hvad koster det?",
    row_name="Post",
    columns=(
        Column(label="År"),
        Column(label="Slags"),
        Column(label="Hvad går pengene til?"),
        Column(label="Beløb", is_figure=True, sum_ore=85_000_00),
    ),
    rows=(
        ("2027", "Drift", "Koordinator, 8 timer om ugen", "60.000\u00a0kr."),
        ("2027", "Opstart", "Jord og planter", "25.000\u00a0kr."),
    ),
)
GOALS = RowsAnswer(
    label="Hvad skal være anderledes bagefter?",
    row_name="Mål",
    columns=tuple(Column(label=label) for label in ("Hvad?", "Nu?", "Hvorhen?", "Hvornår?", "Hvem tæller?")),
    rows=(
        ("To at ringe til", "6 af 30", "20 af 30", "Efter 12 måneder", "Koordinatoren"),
        ("Færre besøg hos lægen", "", "", "", ""),
    ),
)
GARDEN_COPY = ProposalCopyFacts(
    reference="2027-01-007",
    title="Byhaven på torvet",
    call_title="Nye veje til fællesskab",
    received_at=datetime(2027, 3, 1, 11, 0, tzinfo=UTC),
    version=2,
    organisation="Byhavens Venner",
    applicant=(
        ShortAnswer(label="Navn", text="Byhavens Venner"),
        ShortAnswer(label="CVR-nummer", text="99999926"),
        ShortAnswer(label="Årsværk", text=""),
    ),
    sections=(
        CopiedSection(
            title="Idéen",
            answers=(
                ShortAnswer(label="Hvad søger I?", text="Donation"),
                ShortAnswer(label="Hvor mange borgere?", text=""),
                LongAnswer(label="Hvilket problem vil I løse?", text="Mange ældre er alene.\n\nFå steder at mødes."),
                LongAnswer(label="Hvem kan ikke være med?", text=""),
                GOALS,
            ),
        ),
        CopiedSection(title="Penge", answers=(BUDGET, replace(GOALS, label="Hvem er partner?", rows=()))),
    ),
    files=(CopiedFile(name="Vedtægter.pdf", size_bytes=348_160), CopiedFile(name="Budget.xlsx", size_bytes=2_097_152)),
)
