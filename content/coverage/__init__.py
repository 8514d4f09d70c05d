"""How much there is against how much there should be, cell by cell, now or over the days to come.

Counts showings by the same rules as delivery; writes nothing. Imported by the audit, the API, the admin and the
``coverage`` command.
"""
