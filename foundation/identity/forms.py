"""What do people fill in to sign in?"""

from foundation.fields import DanishForm, EmailField, RadiosField, required


class SignInForm(DanishForm):
    email = EmailField(
        "Din mailadresse",
        description="Vi sender et link, som du logger ind med. Du behøver ingen adgangskode.",
        validators=[required("Skriv din mailadresse, for eksempel navn@forening.dk.")],
    )


class UseLinkForm(DanishForm):
    """Which role to act in; the choices are the person's own (`role|department`)."""

    role = RadiosField("Hvilken rolle vil du arbejde i?", validators=[required("Vælg den rolle, du vil arbejde i.")])
