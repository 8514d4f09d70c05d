"""Publishing, scheduling and withdrawing, one asset or many, with a preview of what would change."""
