"""Which of a memo's charts are drawn by now?

A memo keeps the names of its charts and not the pictures, so that a released one gets the same picture whenever it is
printed; a chart that is not drawn leaves its table alone.
"""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from exports.chart_pictures import PaperPicture
from exports.memo_content import DecisionMemoFacts
from exports.memo_layout import CHARTS
from foundation.charts import Chart


def memo_pictures(session: Session, facts: DecisionMemoFacts) -> Mapping[str, PaperPicture]:
    """The drawn pictures by the name of their place in the template."""
    names = facts.business_case.charts if facts.business_case else ()
    if not names:
        return {}
    drawn = select(Chart.content_hash, Chart.png, Chart.description).where(
        col(Chart.content_hash).in_(names), col(Chart.drawn_at).is_not(None)
    )
    found = {name: PaperPicture(png, description) for name, png, description in session.exec(drawn)}
    return {place: found[name] for place, name in zip(CHARTS, names, strict=False) if name in found}
