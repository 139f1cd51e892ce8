"""`python -m code_path_audit` is `code-path-audit`."""

import sys

from code_path_audit.cli import main

if __name__ == "__main__":
    sys.exit(main())
