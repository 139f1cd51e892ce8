"""`python -m code_path_gate`."""

import sys

from code_path_gate.cli import main

sys.exit(main())
