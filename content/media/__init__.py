"""Pictures and files: uploaded, measured, made smaller, and removed once nothing mentions them.

The only writer of media files and their renditions. Imported by drafts, the importers, the API and the admin.
"""
