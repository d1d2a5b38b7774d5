"""Which fields does an assessor fill in, and which the secretariat to open a sheet again?"""

import functools
from typing import Any

from wtforms.validators import Optional

from foundation.fields import DanishForm, LineField, ProseField, RadiosField, VersionField, choice, required
from scoring.rules.dimensions import Criterion, Dimension, Scale
from scoring.rules.drafts import ScoreDraft


class ScoreSheetForm(DanishForm):
    """The base of the score sheet; its fields are made from the scale."""

    scale: Scale

    version = VersionField()

    def to_drafts(self) -> dict[Dimension, ScoreDraft]:
        return {
            dimension: ScoreDraft(
                score=int(score) if (score := self[f"{dimension.value}_score"].data) else None,
                reason=self[f"{dimension.value}_reason"].data,
                evidence=self[f"{dimension.value}_evidence"].data,
            )
            for dimension in Dimension
        }

    def demand_all(self) -> bool:
        """Hang a message on every score, reason and reference that a finished sheet lacks; True when none is."""
        complete = True
        for criterion in self.scale.criteria:
            name = criterion.dimension.value
            for part, text in (
                ("score", f"Vælg et niveau for {criterion.name.lower()}."),
                ("reason", f"Skriv en begrundelse for {criterion.name.lower()}."),
                ("evidence", f"Skriv, hvor det står ({criterion.name.lower()})."),
            ):
                field = self[f"{name}_{part}"]
                if not field.data:
                    field.errors = [*field.errors, text]
                    complete = False
        return complete


@functools.cache
def score_sheet_form(scale: Scale) -> type[ScoreSheetForm]:
    """The form class with three fields for each dimension of a scale; no level is chosen beforehand."""
    fields: dict[str, object] = {"scale": scale}
    for criterion in scale.criteria:
        name = criterion.dimension.value
        fields[f"{name}_score"] = RadiosField(
            criterion.name,
            description=criterion.question,
            choices=_levels(criterion),
            validators=[Optional()],
        )
        fields[f"{name}_reason"] = ProseField(
            f"Begrundelse for {criterion.name.lower()}", validators=[Optional()], max_characters=4000
        )
        fields[f"{name}_evidence"] = LineField(
            f"Hvor står det? ({criterion.name.lower()})",
            description="Side, afsnit eller kilde, som du bygger på.",
            validators=[Optional()],
            max_characters=500,
        )
    return type("FullScoreSheetForm", (ScoreSheetForm,), fields)


def _levels(criterion: Criterion) -> list[Any]:
    return [choice(str(level), f"{level} · {text}") for level, text in enumerate(criterion.levels)]


class ReopenForm(DanishForm):
    reason = ProseField(
        "Hvorfor skal vurderingen åbnes igen?",
        description="Den, der har vurderet, får din begrundelse i en mail. Den står også i sagens historik.",
        validators=[required("Skriv, hvorfor vurderingen skal åbnes igen.")],
        max_characters=2000,
    )
