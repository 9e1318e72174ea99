"""Reports LangGraph's graphs and governs their tools (LangGraph 1.x, LangChain core 1.x).

The tools of tool nodes are stopped before they run; callbacks only observe, because LangChain swallows what they raise.
"""

from .instrument import instrument

__all__ = ["instrument"]
