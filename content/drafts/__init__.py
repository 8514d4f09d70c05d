"""Drafts: the texts of editors before publication, with their changes, reviews and history.

Reads and changes drafts alone; nothing here changes what readers see. Imported by publishing, the importers and the
admin.
"""
