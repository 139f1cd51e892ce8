"""The decision to go native, as a gate: each step asks for evidence, and the default answer is no."""
