"""One family of findings a file: each takes what the audit has read and yields findings, without a statement of its own
unless it says so. Imported by ``audit.run`` alone."""
