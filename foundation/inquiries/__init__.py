"""The one code on every receipt, and the matter that it opens.

A service says at start-up how its matters are looked up: ``inquiries.register("case", resolve_case)``.
"""

from foundation.inquiries.registry import register

__all__ = ["register"]
