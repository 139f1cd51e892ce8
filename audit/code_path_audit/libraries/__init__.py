"""What code outside of the source does, as data: library models, those that ship and those of a project."""
