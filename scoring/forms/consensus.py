"""Which fields does the secretariat fill in when the assessors have agreed?"""

import functools
from collections.abc import Sequence

from wtforms.validators import Optional

from foundation.fields import ChoiceField, DanishForm, ProseField, VersionField, choice
from scoring.rules.consensus import Line, gaps_of_consensus
from scoring.rules.dimensions import HIGHEST_LEVEL, LOWEST_LEVEL, Dimension, Scale
from scoring.rules.drafts import AgreedDraft

_LEVELS = [
    choice("", "Vælg et niveau"),
    *(choice(str(level), str(level)) for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)),
]


class ConsensusForm(DanishForm):
    """The base of the consensus form; its fields are made from the scale."""

    version = VersionField()

    def to_drafts(self) -> dict[Dimension, AgreedDraft]:
        return {
            dimension: AgreedDraft(
                score=int(score) if (score := self[f"{dimension.value}_score"].data) else None,
                note=self[f"{dimension.value}_note"].data,
            )
            for dimension in Dimension
        }

    def demand_all(self, lines: Sequence[Line]) -> bool:
        """Hang a message on every score and note that is missing; True when nothing is."""
        gaps = list(gaps_of_consensus(lines, self.to_drafts()))
        for name, text in gaps:
            self[name].errors = [*self[name].errors, text]
        return not gaps


@functools.cache
def consensus_form(scale: Scale) -> type[ConsensusForm]:
    """The form class with a level and a note for each dimension of a scale."""
    fields: dict[str, object] = {}
    for criterion in scale.criteria:
        key, name = criterion.dimension.value, criterion.name.lower()
        fields[f"{key}_score"] = ChoiceField(f"Niveau for {name}", choices=_LEVELS, validators=[Optional()])
        fields[f"{key}_note"] = ProseField(f"Note om {name}", validators=[Optional()], max_characters=2000)
    return type("FullConsensusForm", (ConsensusForm,), fields)
