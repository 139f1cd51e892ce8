"""`python -m code_path_gate`."""

import sys

from code_path_gate.main import command

sys.exit(command())
