"""How do people meet calls, drafts, the formal check and routing in the browser?"""

from intake.views import calls, case_work, drafts
from intake.views.blueprint import intake

__all__ = ["calls", "case_work", "drafts", "intake"]
