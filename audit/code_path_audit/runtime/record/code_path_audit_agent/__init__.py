"""The recorder's part that runs inside the recorded program. It never raises into it, prints nothing, and returns what
was returned."""
