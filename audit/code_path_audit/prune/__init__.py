"""From candidate to patch: edits that are mechanical, traced, tested and measured, or taken back."""
