"""A report of the audit for a spreadsheet: all findings, and how many there are of each code."""

from django.utils.translation import gettext as _
from openpyxl.styles import PatternFill

from content.audit.finding import CODES, Severity
from content.audit.report import Report, table
from content.exports.workbook import add_table, new_book, saved

FILLS = {Severity.ERROR: "F8C9C4", Severity.WARNING: "FFF2CC", Severity.NOTE: "D6E0F5"}
WIDTHS = {"title": 30, "message": 60, "remedy": 60}


def workbook(report: Report) -> bytes:
    """Returns the workbook; the columns of its first sheet have the machine's names, as in the CSV."""
    book = new_book()
    header, lines = table(report)
    sheet = add_table(book, _("Findings"), header, lines)
    for number, name in enumerate(header, start=1):
        sheet.column_dimensions[sheet.cell(1, number).column_letter].width = WIDTHS.get(name, 14)
    for row, finding in enumerate(report.findings, start=2):
        sheet.cell(row, 1).fill = PatternFill("solid", fgColor=FILLS[finding.severity])
    codes = [[code, str(CODES[code].severity), count, str(CODES[code].words)] for code, count in report.codes.items()]
    add_table(book, _("Codes"), ["code", "severity", "findings", _("what it is")], codes)
    return saved(book)
