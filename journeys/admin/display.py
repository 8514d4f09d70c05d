"""How values look in the admin's lists: times, labels, enumerations."""

from django.utils import timezone
from django.utils.html import format_html, format_html_join

CHIP = (
    "bg-base-500/8 inline-block px-1.5 rounded-default text-base-700 text-xs leading-5 whitespace-nowrap "
    "dark:bg-base-500/20 dark:text-base-200"
)


def time_cell(at):
    """A date and a time of day in the zone of whoever looks, short enough for a column."""
    told = f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"
    return format_html('<span class="whitespace-nowrap">{}</span>', told)


def chips(labels):
    """Small labels in a row, from pairs of words and what they are short for; empty if there are none."""
    made = format_html_join("", f'<span class="{CHIP}" title="{{1}}">{{0}}</span>', labels)
    return format_html('<span class="chips flex flex-wrap gap-1">{}</span>', made) if made else ""
