"""How is a memo written, released and placed on an agenda, and a shortlist saved? Nothing here commits."""

from portfolio.actions.meetings import cancel_meeting, move_item, place_on_agenda, plan_meeting, remove_from_agenda
from portfolio.actions.memo import release_memo, send_back_memo, write_frame, write_texts
from portfolio.actions.shortlist import save_shortlist

__all__ = [
    "cancel_meeting",
    "move_item",
    "place_on_agenda",
    "plan_meeting",
    "release_memo",
    "remove_from_agenda",
    "save_shortlist",
    "send_back_memo",
    "write_frame",
    "write_texts",
]
