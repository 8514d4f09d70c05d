"""What editors have before anything is published: their texts, what changed, who reviewed it, and how it was before.

Reads and changes drafts alone; nothing here changes what readers see. Imported by publishing, the importers and the
admin.
"""
