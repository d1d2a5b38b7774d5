"""Do both databases find the same proposals, by what was sent, and with every act that changes it?"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from foundation.identity.roles import Actor
from intake.actions import delete_draft, save_section, submit_proposal
from intake.actions.search import note_missing_searches, without_words
from intake.models import Proposal, ProposalSearch
from intake.queries.proposal_list import ORDERS, Asked, counted, proposals_asked_for
from intake.rules.lifecycle import State
from intake.rules.search import read_search
from intake.wording import WORDS
from tests.builders import BASE_URL, World


def found(world: World, typed: str, key: str = "SE", sort: str = "sag", *, upside_down: bool = False) -> list[str]:
    """Titles that a search across calls gives somebody; the total says the same number."""
    actor, sought = world.people[key], read_search(typed, {state: WORDS[State][state] for state in State})
    return titles(world.session, actor, Asked(None, sort, upside_down, sought=sought), world)


def titles(session: Session, actor: Actor, asked: Asked, world: World) -> list[str]:
    known = counted(session, actor, asked, at=world.at)
    page = proposals_asked_for(session, actor, asked, known, page=1)
    assert page.total == len(page.rows)
    return [row.title for row in page.rows]


SEARCHES = {
    "fælleshaver": ["Fælleshaven på torvet"],
    "FÆLLESHAVE torv": ["Fælleshaven på torvet"],
    "ål": ["Ål & Åse 100%"],
    "aase": ["Ål & Åse 100%"],
    "a\u030ase": ["Ål & Åse 100%"],
    "100%": ["Ål & Åse 100%"],
    "100": ["Ål & Åse 100%"],
    "%": [],
    "_": [],
    "fælleshave_": ["Fælleshaven på torvet"],
    "fælleshaven OR åse": [],
    '"fælleshaven': ["Fælleshaven på torvet"],
    "fælleshaven*": ["Fælleshaven på torvet"],
    "') --": [],
    "venner": ["Fælleshaven på torvet", "Ål & Åse 100%"],
    "status:formalitjek": ["Ål & Åse 100%"],
    "status:modtaget fælleshave": ["Fælleshaven på torvet"],
    "sag:2027-01-001": ["Fælleshaven på torvet"],
    "2027-01-002": ["Ål & Åse 100%"],
    "sag:2027": ["Fælleshaven på torvet", "Ål & Åse 100%"],
    "cvr:12345678": [],
    "kladden": [],
    "x" * 10_000: [],
    "": ["Fælleshaven på torvet", "Ål & Åse 100%"],
}


def test_both_databases_find_the_same(world: World) -> None:
    world.submitted(title="Fælleshaven på torvet")
    world.checked(title="Ål & Åse 100%")
    world.draft(title="Kladden")

    assert {typed: found(world, typed) for typed in SEARCHES} == SEARCHES


def test_applicants_find_their_own_drafts_and_nobody_elses(world: World) -> None:
    world.submitted(title="Sendt byhave")
    world.draft(title="Byhave i kladde")

    assert sorted(found(world, "byhave", "AO")) == ["Byhave i kladde", "Sendt byhave"]
    assert found(world, "byhave", "AX") == []


def test_a_returned_proposal_is_found_by_what_was_sent_until_it_is_sent_again(world: World) -> None:
    proposal = world.returned(title="Gammelt navn")
    actor = world.people["AO"]
    answers = {**proposal.answers, "title": "Nyt navn"}
    save_section(world.session, proposal, "idea", answers, actor=actor, at=world.at)

    assert (found(world, "gammelt"), found(world, "nyt")) == (["Gammelt navn"], [])

    later = world.at + timedelta(minutes=1)
    submit_proposal(world.session, proposal, world.call, actor=actor, at=later, base_url=BASE_URL)

    assert (found(world, "gammelt"), found(world, "nyt")) == ([], ["Nyt navn"])


def test_the_words_of_a_deleted_draft_are_gone(world: World) -> None:
    draft = world.draft(title="Kortlivet")
    assert found(world, "kortlivet", "AO") == ["Kortlivet"]

    delete_draft(world.session, draft, actor=world.people["AO"], at=world.at)
    world.session.flush()

    assert world.session.get(ProposalSearch, draft.id) is None
    assert found(world, "kortlivet", "AO") == []


def test_proposals_of_an_older_release_get_their_words(world: World) -> None:
    proposal = world.submitted(title="Åbent hus")
    version = proposal.version
    world.session.execute(sa.delete(ProposalSearch))
    world.session.execute(sa.update(Proposal).values(title_key=b"").execution_options(synchronize_session=False))
    assert found(world, "hus") == []

    assert note_missing_searches(world.session) == 1
    world.session.flush()

    assert found(world, "hus") == ["Åbent hus"]
    assert without_words(world.session) == []
    stored = sa.select(col(Proposal.title_key), col(Proposal.version))
    assert tuple(world.session.execute(stored).one()) == (b"}bent hus", version)


@pytest.mark.parametrize("sort", sorted(ORDERS))
def test_every_order_is_the_same_upside_down_and_titles_are_danish(world: World, sort: str) -> None:
    for title in ("Ål", "Zebra", "Indsats 10", "Ældre", "indsats 2", "Øen", "Aage"):
        world.submitted(title=title)

    usual = found(world, "", sort=sort)

    assert found(world, "", sort=sort, upside_down=True) == usual[::-1]
    if sort == "titel":
        assert usual == ["indsats 2", "Indsats 10", "Zebra", "Ældre", "Øen", "Aage", "Ål"]
    if sort not in {"call", "modtaget"}:
        assert titles(world.session, world.people["SE"], Asked(world.call.id, sort), world) == usual


def test_filters_narrow_down_together(world: World) -> None:
    routed, other = world.routed(title="Hos MSB"), world.checked(title="Tjek")
    se, session = world.people["SE"], world.session
    other.case_worker_id = None
    routed.case_worker_id = se.person_id
    session.flush()

    def asked(**narrowed: object) -> list[str]:
        return titles(session, se, Asked(world.call.id, **narrowed), world)  # type: ignore[arg-type]

    assert asked(department="MSB") == ["Hos MSB"]
    assert asked(department="MBU", states=frozenset({State.FORMAL_CHECK})) == []
    assert asked(case_worker_id=se.person_id) == ["Hos MSB"]
    assert asked(nobody=True) == ["Tjek"]
    assert asked(focus_area=routed.focus_area) == ["Hos MSB", "Tjek"]
    assert asked(states=frozenset({State.FORMAL_CHECK}), nobody=True) == ["Tjek"]
