"""The functions that classes of the source are given for frameworks, and that stand in no line of it."""

from __future__ import annotations

from code_path_audit.facts import generic_views, rest_views
from code_path_audit.facts.schemas import READERS

UNWRITTEN = (*READERS, *rest_views.MARKED, *generic_views.METHODS)
"""How the names of such functions end."""
