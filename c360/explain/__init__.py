"""Explains one key: every record that ever claimed it, which one survived, and where it counts."""

from c360.explain.model import Candidate, Explanation
from c360.explain.run import explain

__all__ = ["Candidate", "Explanation", "explain"]
