"""Records and governs AI agents with Mission Control: `import mission_control as mc`."""

from .errors import ApprovalDenied, Blocked, MissionControlError, Paused
from .settings import AgentOptions
from .surface.lifecycle import flush, init, shutdown
from .surface.llm import LlmRequest, llm
from .surface.notes import checkpoint, current, data, note, reason, step, subagent
from .surface.run import RunContext, entrypoint, run
from .surface.tool import tool

__all__ = [
    "AgentOptions",
    "ApprovalDenied",
    "Blocked",
    "LlmRequest",
    "MissionControlError",
    "Paused",
    "RunContext",
    "checkpoint",
    "current",
    "data",
    "entrypoint",
    "flush",
    "init",
    "llm",
    "note",
    "reason",
    "run",
    "shutdown",
    "step",
    "subagent",
    "tool",
]
