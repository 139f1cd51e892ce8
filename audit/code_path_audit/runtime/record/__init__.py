"""Recording: an agent inside the recorded interpreters, and what the audit makes of their raw files.

`code_path_audit_agent` and `startup` run inside the program: they use nothing but the standard library, import next to
nothing, and never raise. The other modules run in the audit's own process.
"""
