"""The history of drafts: guarded saving, conflicts, reverting, and reviews."""
