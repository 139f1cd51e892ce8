"""`python -m code_path_gate`."""

import sys

from code_path_audit.search_path import leave_out_working_folder

if __name__ == "__main__":
    leave_out_working_folder()

from code_path_gate.main import command

if __name__ == "__main__":
    sys.exit(command())
