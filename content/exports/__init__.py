"""Rows in, a table or workbook out: CSV and Excel as everything here writes them.

Knows no content. Imported by whatever offers a download: coverage, the audit, the admin and the commands.
"""
