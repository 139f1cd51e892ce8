"""What is committed of an action, and how it is read, written and upgraded."""
