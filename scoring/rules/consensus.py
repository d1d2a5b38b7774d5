"""What do the assessors' sheets say together, and what must a consensus still settle (contract 8.8; domain.md G2)?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.rules.agreement import Agreement, agreement_of, spread_of
from scoring.rules.dimensions import Dimension, Scale
from scoring.rules.drafts import AgreedDraft
from scoring.rules.maturity import Scores


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension: the scores in the order of the sheets, how far apart they are, and what is proposed.

    `proposed` is None, and a note is demanded, where the sheets differ by two or more or a score is missing.
    """

    dimension: Dimension
    name: str
    scores: tuple[int | None, ...]
    spread: int
    agreement: Agreement
    proposed: int | None
    needs_note: bool

    def within(self, score: int) -> bool:
        """Does a score lie between the lowest and the highest that the assessors gave?"""
        given = [one for one in self.scores if one is not None]
        return bool(given) and min(given) <= score <= max(given)


def proposed_consensus(sheets: Sequence[Scores], scale: Scale) -> tuple[Line, ...]:
    """A line for each dimension of the scale; without sheets nothing is proposed."""
    return tuple(
        _line(criterion.dimension, criterion.name, tuple(sheet.get(criterion.dimension) for sheet in sheets))
        for criterion in scale.criteria
    )


def _line(dimension: Dimension, name: str, scores: tuple[int | None, ...]) -> Line:
    given = [score for score in scores if score is not None]
    spread = spread_of(scores)
    is_open = spread > 1 or not given or len(given) < len(scores)
    return Line(
        dimension=dimension,
        name=name,
        scores=scores,
        spread=spread,
        agreement=agreement_of([spread]),
        proposed=None if is_open else lower_median(given),
        needs_note=is_open,
    )


def lower_median(scores: Sequence[int]) -> int:
    """The middle score; of the two in the middle the lower one."""
    return sorted(scores)[(len(scores) - 1) // 2]


def gaps_of_consensus(lines: Sequence[Line], drafts: Mapping[Dimension, AgreedDraft]) -> Iterator[tuple[str, str]]:
    """Field and Danish text of every score and note that is missing."""
    for line in lines:
        key, name = line.dimension.value, line.name.lower()
        draft = drafts.get(line.dimension, AgreedDraft(None, ""))
        if draft.score is None:
            yield f"{key}_score", f"Vælg det niveau, I er enige om for {name}."
        elif not draft.note and not line.needs_note and not line.within(draft.score):
            yield f"{key}_note", f"Ingen har givet det niveau for {name}. Skriv, hvorfor I vælger det."
        if line.needs_note and not draft.note:
            yield f"{key}_note", f"Vurdererne var uenige om {name}. Skriv, hvad I talte om, og hvorfor I endte her."
