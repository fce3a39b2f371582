"""Guards: what an assistant may be asked, and what must not wait for its answer.

A guard stands before the model and decides on the question and the ones before it, so that it holds whatever a model
would agree to. `judge` knows neither a database nor a request.
"""

from webapp.guard.guards import MEDICAL, Fixed, Guard
from webapp.guard.judging import judge
from webapp.guard.verdict import Outcome, Verdict

__all__ = ["MEDICAL", "Fixed", "Guard", "Outcome", "Verdict", "judge"]
