"""What does the outbox tell of a letter: what it is about for somebody who sees no case, and what went wrong?"""

from enum import StrEnum
from typing import Final


class MailStatus(StrEnum):
    """How far a letter has come."""

    WAITING = "waiting"
    FAILED = "failed"
    SENT = "sent"
    HELD = "held"


STATUS_WORDS: Final = {
    MailStatus.WAITING: "Venter",
    MailStatus.FAILED: "Fejlet",
    MailStatus.SENT: "Sendt",
    MailStatus.HELD: "Holdt tilbage",
}

_WITHOUT_A_CASE: Final = frozenset(
    {
        *("sign_in", "invitation", "role_given", "address_left", "address_taken"),
        *("call_cancelled", "call_extended"),
    }
)
ABOUT_A_CASE: Final = "Mail om en sag"


def subject_without_case(dedup_key: str, subject: str) -> str:
    """The subject, unless the letter can be about a case: references and titles stand in those.

    A kind of letter that is not named here counts as one about a case.
    """
    return subject if dedup_key.partition(":")[0] in _WITHOUT_A_CASE else ABOUT_A_CASE


_NO_ANSWER: Final = "Mailserveren svarer ikke. Rådslag prøver igen af sig selv."
_ADDRESS: Final = "Mailserveren siger, at adressen ikke findes eller ikke tager imod mail."
_FAULTS: Final = {
    "SMTPRecipientsRefused": _ADDRESS,
    "SMTPSenderRefused": "Mailserveren tager ikke imod mail fra Rådslags afsenderadresse.",
    "SMTPAuthenticationError": "Mailserveren afviser Rådslags brugernavn eller adgangskode.",
    "SMTPDataError": "Mailserveren ville ikke tage imod mailens indhold.",
    "SMTPNotSupportedError": "Mailserveren kan ikke det, som Rådslag bad den om.",
    "AttachmentFault": "Den fil, der skal med mailen, kunne ikke laves.",
    "ValueError": "Adressen kan ikke bruges i en mail.",
    "SSLCertVerificationError": "Mailserverens certifikat er ikke gyldigt.",
    **dict.fromkeys(
        ("ConnectionRefusedError", "ConnectionResetError", "TimeoutError", "gaierror", "SMTPServerDisconnected"),
        _NO_ANSWER,
    ),
    **dict.fromkeys(("SMTPConnectError", "SMTPHeloError", "OSError", "BrokenPipeError"), _NO_ANSWER),
}


def fault_words(last_error: str | None) -> str:
    """What went wrong in plain words, from the kind of the fault alone: its own text can hold anything."""
    if not last_error:
        return ""
    return _FAULTS.get(last_error.partition(":")[0].strip(), "Mailen kunne ikke sendes.")
