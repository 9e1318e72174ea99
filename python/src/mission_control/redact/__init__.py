"""Takes secrets out of what leaves the process; `fixtures/redaction` proves that it is done as everywhere else."""

from .redactor import Redactor
from .rules import Site

__all__ = ["Redactor", "Site"]
