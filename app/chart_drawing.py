"""How is one chart after another drawn, in a process of its own that ends when nobody asks any more?

Started by `app.chart_press`: the renderer carries a whole JavaScript engine of about 130 MB, which neither the web
server nor the worker is to keep. One line of JSON in is one line of JSON out. The process is given no settings, knows
no database, and reads no address.
"""

import base64
import json
import sys
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from foundation.drawings import NUMBERS, VEGA_LITE
from foundation.svg import safe_svg

PIXELS_A_POINT: Final = 2
SHADES: Final = 64


def drawn(asked: Mapping[str, Any]) -> dict[str, str]:
    """The picture as SVG, checked, and as PNG in base64."""
    import vl_convert  # Here alone: whoever imports this module must not load it.

    made = vl_convert.vegalite_to_svg(
        asked["spec"], vl_version=VEGA_LITE, format_locale=dict(NUMBERS), allowed_base_urls=[]
    )
    svg = safe_svg(made, asked["description"])
    png = smaller(vl_convert.svg_to_png(svg, scale=PIXELS_A_POINT))
    return {"svg": svg, "png": base64.b64encode(png).decode()}


def smaller(png: bytes) -> bytes:
    """The same picture with the few shades that a chart has: a fifth of the bytes."""
    from PIL import Image

    made = BytesIO()
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(SHADES, dither=Image.Dither.NONE)
        few.save(made, "PNG", optimize=True)
    return made.getvalue()


def answer(line: str) -> dict[str, str]:
    """What was drawn, or the fault in words for the log; a fault ends nothing."""
    try:
        return drawn(json.loads(line))
    except Exception as fault:  # Whatever the renderer trips over, the next chart is drawn.
        return {"fault": f"{type(fault).__name__}: {fault}"[:200]}


def main() -> None:
    """Answer until there is nobody to answer."""
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)  # noqa: T201 - the line is the answer


if __name__ == "__main__":
    main()
