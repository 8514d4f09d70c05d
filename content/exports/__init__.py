"""Writes rows as tables: CSV, Markdown, terminal and Excel.

Knows no content. Imported by whatever offers a download: coverage, the audit, the admin and the commands.
"""
