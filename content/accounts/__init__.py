"""Who signs in: how passwords are tried, counted and hashed, and what ends with an account.

Knows people and addresses, no content. Imported by ``events`` (pruning), the admin and ``config``.
"""
