"""What can an administrator do with a letter?"""

from dataclasses import dataclass

from foundation.audit import Event, event


@event("mail_retried")
@dataclass(frozen=True, slots=True)
class MailRetried(Event):
    """`letter` is the beginning of the letter's key, such as "receipt"; never its subject or its receiver."""

    letter: str
