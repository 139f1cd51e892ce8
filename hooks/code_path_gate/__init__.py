"""The gate: what actions cost, held against their committed baselines.

It is on the path of every check, and imports only what every interpreter has at hand.
"""

import os
import sys

from code_path_audit.search_path import leave_out_checkout

leave_out_checkout(__name__)


def program_home() -> tuple[str, str, str, str]:
    """Where both packages are, the version of Python, and the platform."""
    gate = os.path.dirname(os.path.abspath(__file__))
    # not by importing it: that would load what the answer may spare
    audit = os.path.dirname(os.path.abspath(sys.modules["code_path_audit"].__file__ or ""))
    return gate, audit, sys.version, sys.platform
