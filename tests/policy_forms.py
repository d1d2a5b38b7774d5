"""What does somebody type into the form of a policy?"""

from scoring.forms.policies import policy_fields
from scoring.rules.policies import get_policy
from scoring.rules.policies.numbers import numbers_of


def typed_policy(**changed: str) -> dict[str, str]:
    """Every field of the form as it is typed: the numbers of 2026, and what is changed."""
    kept = policy_fields("Politik 2028", numbers_of(get_policy("2026")))
    typed = {name: str(value).replace(".", ",") for name, value in kept.items()}
    typed["donation_cap"] = "100.000"
    return {"version": "1", "valid_from": "1.1.2028", **typed, **changed}
