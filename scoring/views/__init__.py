"""How do departments answer and score, and how does the secretariat agree, hear and sort, in the browser?"""

from scoring.views import answers, assessments, consensus, facts, figures, hearing, sorting
from scoring.views.blueprint import scoring

__all__ = ["answers", "assessments", "consensus", "facts", "figures", "hearing", "scoring", "sorting"]
