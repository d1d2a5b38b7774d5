"""Which invented cases do the memo tests print?"""

from dataclasses import fields, replace
from datetime import date

from exports.memo_content import (
    BudgetRow,
    BusinessCaseFacts,
    CaseYearRow,
    CofundingRow,
    DecisionMemoFacts,
    DepartmentStatement,
    FollowUp,
    FundFigures,
    GoalRow,
    Ground,
    OwnAnswer,
    PartnerRow,
    SaverRow,
    Scenario,
    Score,
    SensitivityRow,
    TrackOverride,
)

KINDS = ("donation", "investment", "short")


def tagged(kind: str, tag: str = "") -> DecisionMemoFacts:
    """Facts in which every text is its own name in guillemets, so that each can be found and told apart."""

    def mark(name: str) -> str:
        return f"«{name}»{tag}"

    facts = DecisionMemoFacts(
        kind=kind,
        reference="r",
        title="t",
        organisation="o",
        dated_on=date(2026, 4, 22),
        amount_ore=8_500_000,
        participants=1234,
        co_funding_ore=2_000_050,
        report_on=date(2027, 3, 1),
        net_present_value_ore=-123_400,
        outcome_fund_max_ore=90_000_000,
        funds=FundFigures(
            as_of=date(2026, 4, 20),
            source=mark("funds_source"),
            free_capital_ore=2_345_678_900,
            outcome_fund_ore=2_700_000_000,
            donation_pool_left_ore=20_000_000,
        ),
        budget_rows=(
            BudgetRow(year=2026, kind=mark("bk"), text=mark("bt"), amount_ore=100),
            BudgetRow(year=2027, kind=mark("bk2"), text=mark("bt2"), amount_ore=None),
        ),
        statements=tuple(
            DepartmentStatement(
                department=mark(f"sd{n}"),
                role=mark(f"sr{n}"),
                statement=mark(f"ss{n}"),
                gap=mark(f"sg{n}"),
                can_pay=mark(f"sp{n}"),
                budget_line=mark(f"sb{n}"),
            )
            for n in range(2)
        ),
        override=TrackOverride(track=mark("ot"), reason=mark("or"), by=mark("ob"), on=date(2026, 4, 21)),
        grounds=tuple(
            Ground(rule=mark(f"gr{state}"), text=mark(f"gt{state}"), state=state)
            for state in ("met", "not_met", "not_stated")
        ),
        scores=tuple(
            Score(
                dimension=mark(f"dd{n}"),
                weight=1,
                score=None if n == 7 else n % 5,
                level_text=mark(f"dl{n}"),
                reason=mark(f"dr{n}"),
                evidence=mark(f"de{n}"),
            )
            for n in range(8)
        ),
        scenarios=(Scenario(name=mark("cn"), net_present_value_ore=1, payback=mark("cp"), break_even=mark("cb")),),
        conditions=(mark("c0"), mark("c1")),
        follow_ups=(FollowUp(on=date(2028, 2, 29), text=mark("fu")),),
        annexes=(mark("a0"), mark("a1")),
        sought_ore=9_000_000,
        goals=tuple(
            GoalRow(
                indicator=mark(f"gi{n}"),
                baseline=mark(f"gb{n}"),
                target=mark(f"ga{n}"),
                measuring_points=mark(f"gm{n}"),
                data_source=mark(f"gd{n}"),
                success_share=mark(f"gs{n}"),
                deadweight=mark(f"gw{n}"),
                payer=mark(f"gp{n}"),
            )
            for n in range(2)
        ),
        cofunding=(
            CofundingRow(funder=mark("cf0"), status=mark("cs0"), amount_ore=1_500_000),
            CofundingRow(funder=mark("cf1"), status=mark("cs1"), amount_ore=500_100),
        ),
        own_questions=(OwnAnswer(label=mark("ol0"), text=mark("oa0")), OwnAnswer(label=mark("ol1"), text=mark("oa1"))),
        partner_rows=(PartnerRow(name=mark("pn0"), cvr=mark("pc0"), role=mark("pr0")), PartnerRow(name=mark("pn1"))),
        business_case=BusinessCaseFacts(
            whose=mark("bw"),
            reason=mark("br"),
            rates=mark("bx"),
            outside_share=mark("bo"),
            transaction_share=mark("ba"),
            sensitivity=(SensitivityRow(driver=mark("fd"), low_ore=-100, high_ore=200, span_ore=300),),
            years=(CaseYearRow(year=mark("yy"), cost_ore=400, saving_ore=500, total_ore=-600),),
            savers=(SaverRow(who=mark("ww"), amount_ore=700, share=mark("ws")),),
            charts=("a" * 64, "b" * 64),
        ),
        stability=(mark("st0"), mark("st1")),
        released_on=date(2026, 4, 23),
        is_draft=True,
    )
    return replace(facts, **{name: mark(name) for name in text_fields()})


def text_fields() -> list[str]:
    return [field.name for field in fields(DecisionMemoFacts) if field.type == "str" and field.name != "kind"]


GARDEN = DecisionMemoFacts(
    kind="donation",
    reference="2026-02-007",
    title="Byhaven på Gellerup Torv",
    organisation="Foreningen Grønne Naboer",
    organisation_cvr="99999918",
    dated_on=date(2026, 4, 22),
    call_title="Nye veje til fællesskab 2026",
    focus_area="Flere i udsatte boligområder skal i uddannelse, job og være aktive medborgere",
    wish="Donation",
    case_worker="Sagsbehandler i sekretariatet",
    contact="sekretariatet@raadet.example",
    amount_ore=8_500_000,
    participants=40,
    co_funding_ore=2_000_000,
    summary="En fælles byhave, hvor ældre, der bor alene, får faste opgaver sammen med naboer.",
    for_whom="Borgere over 60 år, der bor alene",
    money_from="Årets donationspulje på 600.000 kr.",
    track="Donation",
    rule="SORT7",
    deciding_text="Indsatsen er ny, foreningen er lille, og beløbet på 85.000 kr. er inden for loftet på 100.000 kr.",
    machine_track="Donation",
    machine_rule="SORT7",
    maturity="1,42 af 4",
    level="idé",
    problem="Mange ældre bor alene og kommer sjældent ud. Der er få steder at være sammen om noget praktisk.",
    supplement="Haven er åben for alle og kræver ingen visitation.",
    intervention="24 højbede. To havemestre holder åbent tre formiddage om ugen fra april til oktober.",
    target_group="Borgere over 60 år, der bor alene i bydelen.",
    theory_of_change="En fast opgave sammen med andre gør det lettere at komme igen.",
    evidence="Der findes enkelte evalueringer, men ingen med sammenligningsgruppe.",
    result_goals="40 borgere deltager mindst otte gange. Halvdelen får mindst én ny at følges med.",
    learning="Om en åben have når dem, som de faste tilbud ikke når.",
    partners="Boligforeningen stiller jord og vand til rådighed.",
    capacity="85 medlemmer og to deltidsansatte.",
    continuation="Højbedene bliver stående. Driften betales af kontingent.",
    budget="Højbede 38.000 kr. Løn 41.000 kr. Kørsel 6.000 kr.",
    statements=(
        DepartmentStatement(
            department="Sundhed og Omsorg",
            role="Hovedansvarlig",
            statement="Forvaltningen ser gerne en åben mødeplads.",
            gap="Åbne tilbud til dem, der ikke selv opsøger hjælp",
            can_pay="Nej",
        ),
    ),
    funds=FundFigures(as_of=date(2026, 4, 20), source="fondens regnskab", donation_pool_left_ore=20_000_000),
    conditions=("Tilsagn om jord og vand foreligger før udbetaling.",),
    report_on=date(2027, 3, 1),
)

HOUSING = replace(
    GARDEN,
    kind="investment",
    reference="2026-02-011",
    title="Fra ungdomshjem til egen bolig",
    organisation="Fonden Havnehuset",
    wish="Social investering",
    amount_ore=300_000_000,
    participants=60,
    track="Social investering",
    rule="SORT4",
)
