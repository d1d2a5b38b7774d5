"""What is a browser called in a few plain words, from what it says of itself?"""

from typing import Final

_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
UNKNOWN: Final = "Ukendt browser"


def device_words(user_agent: str) -> str:
    """Such as "Firefox på Windows": words of our own, and nothing of a text that anybody can make up.

    The order matters: browsers name each other, and Edge calls itself Chrome and Safari too.
    """
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser is None:
        return UNKNOWN
    return f"{browser} på {system}" if system else browser


def _first(words: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((word for mark, word in words if mark in text), None)
