"""`python -m code_path_audit` is `code-path-audit`."""

import sys

from code_path_audit.main import command

if __name__ == "__main__":
    sys.exit(command())
