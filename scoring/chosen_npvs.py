"""What is the chosen business case of each of many cases worth today?"""

import functools
import json
from collections.abc import Iterable
from fractions import Fraction
from uuid import UUID

from sqlmodel import Session, col, select

from foundation.money import ORE_PER_KRONE
from scoring.models import BusinessCaseChoice, BusinessCaseRow
from scoring.rules.business_case import calculate
from scoring.rules.business_case_drafts import business_case_of, gaps_of_case
from scoring.rules.business_case_origins import BusinessCaseOrigin
from scoring.rules.business_case_stored import draft_from_json, som_from_json
from scoring.rules.discounting import get_rates


def chosen_npvs(session: Session, proposal_ids: Iterable[UUID]) -> dict[UUID, Fraction]:
    """Net present value in kroner of those that have a chosen business case; one query whatever their number."""
    rows = session.exec(
        select(
            BusinessCaseChoice.proposal_id, BusinessCaseRow.origin, BusinessCaseRow.content, BusinessCaseRow.rates_id
        )
        .join(BusinessCaseRow, col(BusinessCaseRow.id) == col(BusinessCaseChoice.business_case_id))
        .where(col(BusinessCaseChoice.proposal_id).in_(list(proposal_ids)))
        .order_by(col(BusinessCaseChoice.chosen_at))
    )
    newest = {key: (origin, json.dumps(content, sort_keys=True), rates) for key, origin, content, rates in rows}
    found = {key: _npv(*chosen) for key, chosen in newest.items()}
    return {key: npv for key, npv in found.items() if npv is not None}


@functools.lru_cache(maxsize=2048)
def _npv(origin: BusinessCaseOrigin, content: str, rates_id: str) -> Fraction | None:
    """Kept, since a saved business case never changes and a call has hundreds of them; None with gaps."""
    stored = json.loads(content)
    if origin is BusinessCaseOrigin.SOM:
        return Fraction(som_from_json(stored).npv_ore, ORE_PER_KRONE)
    draft = draft_from_json(stored)
    return None if gaps_of_case(draft) else calculate(business_case_of(draft), get_rates(rates_id)).npv
