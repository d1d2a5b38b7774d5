"""Which letters does an applicant get while a proposal is assessed?"""

from enum import StrEnum


class LetterKind(StrEnum):
    FORMAL_RETURN = "formal_return"
    FORMAL_REJECTION = "formal_rejection"
    HEARING = "hearing"
