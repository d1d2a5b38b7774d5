"""Is every chart drawn once, outside the web server, and is one that cannot be drawn given up in good order?"""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from sqlmodel import Session, delete, select

from app.chart_jobs import ChartJobs, ask_for_missing, draw_all, draw_waiting
from app.chart_press import NotDrawn, Press
from exports.chart_pictures import PaperPicture, mark_of, place_pictures
from foundation.charts import LEASE, Chart, ChartState, Drawn, ask, charts_for, claim, keep_drawn, picture_for, png_of
from foundation.clock import FixedClock
from foundation.db import SessionMaker
from foundation.drawings import Drawing, vega_lite
from foundation.settings import PROJECT
from scoring.actions import save_business_case
from scoring.chart_queries import drawings_after
from scoring.rules.business_case import CostKind, Sector
from scoring.rules.business_case_drafts import BusinessCaseDraft, CostLine, GoalLine, IntakeLine, SavingLine
from tests.builders import World
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)
BARS = Drawing("Søjler", "Én søjle på 1,5.", vega_lite(data={"values": [{"x": 1.5}]}, mark="bar", encoding={}))


class Pen(Press):
    """Draws at once, without a renderer; refuses as often as it is told to."""

    def __init__(self, refuses: int = 0) -> None:
        super().__init__(("nothing",))
        self.refuses = refuses
        self.drawn: list[str] = []

    def draw(self, spec: object, description: str) -> Drawn:
        if self.refuses:
            self.refuses -= 1
            raise NotDrawn("the renderer ended")
        self.drawn.append(description)
        return Drawn("<svg/>", b"png")


@pytest.fixture
def sessions(session: Session) -> SessionMaker:
    bound = session.connection()
    return lambda: Session(bound, join_transaction_mode="create_savepoint", expire_on_commit=False)


def test_chart_is_asked_for_and_drawn_once(session: Session, sessions: SessionMaker, clock: FixedClock) -> None:
    pen = Pen()
    assert picture_for(session, BARS).state is ChartState.ON_ITS_WAY
    ask(session, [BARS, BARS], at=NOON)
    session.commit()
    assert draw_all(sessions, pen, now=clock.now) == 1
    ask(session, [BARS], at=LATER)
    session.commit()
    assert draw_all(sessions, pen, now=clock.now) == 0
    assert pen.drawn == [BARS.description]
    shown = charts_for(session, [BARS])[BARS.content_hash]
    assert (shown.title, shown.state, shown.svg) == ("Søjler", ChartState.DRAWN, "<svg/>")
    assert png_of(session, BARS) == b"png"


def test_chart_that_cannot_be_drawn_is_tried_three_times_and_given_up(
    session: Session, sessions: SessionMaker, clock: FixedClock
) -> None:
    ask(session, [BARS], at=NOON)
    session.commit()
    tried_at = []
    pen = Pen(refuses=3)
    for minute in range(10):
        clock.move(NOON + timedelta(minutes=minute))
        before = pen.refuses
        assert draw_all(sessions, pen, now=clock.now) == 0
        tried_at += [minute] * (before - pen.refuses)
    assert tried_at == [0, 2, 6]
    assert picture_for(session, BARS).state is ChartState.GIVEN_UP
    assert png_of(session, BARS) is None
    assert session.exec(select(Chart.last_error)).one() == "NotDrawn: the renderer ended"
    ask(session, [BARS], at=LATER)
    session.commit()
    clock.move(LATER)
    assert draw_all(sessions, pen, now=clock.now) == 1


def test_one_that_died_while_drawing_leaves_the_chart_to_the_next(session: Session, sessions: SessionMaker) -> None:
    ask(session, [BARS], at=NOON)
    session.commit()
    first = claim(sessions, at=NOON)
    assert first is not None
    assert claim(sessions, at=NOON + timedelta(seconds=30)) is None
    assert claim(sessions, at=NOON + LEASE) == replace(first, tries=2)
    keep_drawn(sessions, first, Drawn("<svg/>", b"late"), at=LATER)
    keep_drawn(sessions, first, Drawn("<svg>2</svg>", b"later"), at=LATER)
    assert png_of(session, BARS) == b"late"


DRAFT = BusinessCaseDraft(
    first_year=2027,
    intakes=(IntakeLine(year=0, participants=60),),
    costs=(CostLine(year=0, kind=CostKind.DELIVERY, amount_ore=300_000_000),),
    goals=(GoalLine(name="Job", success_percent=Decimal(35), deadweight_percent=Decimal(15)),),
    savings=(
        SavingLine(
            payer="MSB",
            sector=Sector.MUNICIPALITY,
            per_success_ore=13_000_000,
            starts_after=2,
            years=5,
            drop_off_percent=Decimal(20),
        ),
    ),
)


def test_saving_figures_asks_for_their_charts_and_what_was_saved_before_is_found(
    session: Session, sessions: SessionMaker, world: World
) -> None:
    proposal = world.assessed()
    save_business_case(session, proposal, DRAFT, source="Budget", version=0, actor=world.people["SE"], at=LATER)
    session.commit()
    asked = set(session.exec(select(Chart.content_hash)))
    assert len(asked) == 2
    session.execute(delete(Chart))
    session.commit()
    place = ask_for_missing(sessions, None, at=LATER)
    session.expire_all()
    assert set(session.exec(select(Chart.content_hash))) == asked
    assert place is not None
    assert drawings_after(session, place).drawings == ()
    assert ask_for_missing(sessions, place, at=LATER) == place


# ---- the renderer ---------------------------------------------------------------------------------------------------

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What no database decides."""


@ON_SQLITE
def test_worker_has_a_chart_drawn_for_page_and_paper(
    session: Session, sessions: SessionMaker, clock: FixedClock
) -> None:
    said = Drawing("Tal", "Én søjle.", vega_lite(data={"values": [{"x": 1234567.5, "y": "Ærø"}]}, **_ENCODED))
    ask(session, [said], at=NOON)
    session.commit()
    assert draw_waiting(sessions, now=clock.now) == 1
    svg = picture_for(session, said).svg
    assert 'role="img" aria-label="Én søjle."' in svg
    assert ">1.000.000<" in svg
    assert ">Ærø<" in svg
    png = png_of(session, said)
    assert png is not None
    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert picture.width > 400
    assert "vl_convert" not in sys.modules


_ENCODED = {
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "nominal"}},
}


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("import time; time.sleep(60)", "did not answer in time"),
        ("raise SystemExit(3)", "renderer ended|Broken pipe"),
        ("print('not json')", "JSONDecodeError"),
        ("print('{}')", "something else"),
        ('print(\'{"fault": "ValueError: bad"}\')', "ValueError: bad"),
    ],
)
def test_renderer_that_hangs_falls_or_babbles_is_let_go(program: str, fault: str) -> None:
    press = Press((sys.executable, "-c", program), longest_seconds=0.3 if "sleep" in program else 20)
    with pytest.raises(NotDrawn, match=fault):
        press.draw({}, "")
    press.end()


def test_renderer_is_told_no_settings_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAADSLAG_SECRET_KEY", "hemmeligt")
    told = "import os, json; print(json.dumps({'fault': ' '.join(sorted(os.environ))}))"
    press = Press((sys.executable, "-c", told))
    with pytest.raises(NotDrawn) as refused:
        press.draw({}, "")
    press.end()
    assert {"RAADSLAG_SECRET_KEY", "HOME"}.isdisjoint(str(refused.value).split())


def test_neither_the_web_server_nor_the_worker_starts_with_what_is_seldom_needed() -> None:
    program = (
        "import sys, app.web_app, app.serving, app.worker, app.chart_press, app.chart_drawing\n"
        "from app.chart_jobs import ChartJobs\n"
        "jobs = ChartJobs(lambda: None, now=lambda: None, attempt=lambda job: None)\n"
        "seldom = {'vl_convert', 'psycopg', 'xlsxwriter', 'openpyxl', 'docx', 'docxtpl'}\n"
        "sys.exit(' '.join(seldom & {name.partition('.')[0] for name in sys.modules}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_queue_holds_one_word_at_most_and_only_when_there_is_work(sessions: SessionMaker, session: Session) -> None:
    jobs = ChartJobs(sessions, now=lambda: NOON, attempt=lambda job: job())
    jobs.poke()
    assert jobs.queue.pending_count() == 0
    ask(session, [BARS], at=NOON)
    session.commit()
    jobs.poke()
    jobs.poke()
    assert jobs.queue.pending_count() == 1


# ---- on paper -------------------------------------------------------------------------------------------------------


def test_paper_gets_the_picture_with_its_text_or_no_trace_of_it(tmp_path: Path) -> None:
    png = BytesIO()
    Image.new("RGB", (20, 10), "white").save(png, "PNG")
    paper = Document()
    for text in ("Før", mark_of("tornado"), "Efter", mark_of("cash_flow")):
        paper.add_paragraph(text)
    place_pictures(paper, {"tornado": PaperPicture(png.getvalue(), "Søjler"), "cash_flow": None})
    assert [paragraph.text for paragraph in paper.paragraphs] == ["Før", "", "Efter"]
    (shape,) = paper.inline_shapes
    assert shape._inline.docPr.get("descr") == "Søjler"
    assert shape.width.cm == pytest.approx(16, abs=0.01)
