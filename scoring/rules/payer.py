"""Can and will a department pay when the intervention works?"""

from enum import StrEnum


class CanPay(StrEnum):
    """A department's answer about its budget (domain.md GATE5; vision 2025: a budget that can and will pay)."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
