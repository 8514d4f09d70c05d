"""The worklist of what the gates and the audit found, and the rules behind expected steps."""
