"""What readers get: content that fits a question, why it fits, and the next step. Never a write.

``select`` holds the SQL, ``compose`` the JSON; the same code answers for what is live, for drafts and for other days.
Imported by publishing, coverage, the audit, the API and the admin.
"""
