"""Admin pages of the audit: the worklist of findings, and the expected steps."""
