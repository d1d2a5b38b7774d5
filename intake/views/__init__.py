"""How do people meet calls, drafts, the formal check and routing in the browser?"""

from intake.views import call_work, calls, case_work, changes, drafts, files
from intake.views.blueprint import intake

__all__ = ["call_work", "calls", "case_work", "changes", "drafts", "files", "intake"]
