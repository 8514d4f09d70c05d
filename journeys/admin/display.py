"""Renders values in the admin's lists: times and chips."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

CHIP = (
    "bg-base-500/8 inline-block px-1.5 rounded-default text-base-700 text-xs leading-5 whitespace-nowrap "
    "dark:bg-base-500/20 dark:text-base-200"
)


def time_cell(at: datetime | None) -> SafeString:
    """A date and a time of day in the reader's zone, short enough for a column."""
    text = formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–"
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def chips(labels: Iterable[tuple[object, object]]) -> SafeString | str:
    """Small labels in a row, from pairs of a label and its tooltip; empty if there are none."""
    spans = format_html_join("", f'<span class="{CHIP}" title="{{1}}">{{0}}</span>', labels)
    return format_html('<span class="chips flex flex-wrap gap-1">{}</span>', spans) if spans else ""
