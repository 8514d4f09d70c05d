"""Forms that are sent in the query string, so that a page can be shared by its address; and their choices."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget

UNKNOWN = {"invalid_choice": gettext_lazy("“%(value)s” is not in the list. Choose a value from the list.")}
# By the word that ``format`` has in an address.
DOWNLOADS = {"csv": "CSV", "xlsx": "Excel"}
# What may count toward a target besides content for the cell itself, by the API's word for it.
COUNTABLE = {
    "locale": gettext_lazy("content in a fallback language"),
    "crosswalk": gettext_lazy("content at a corresponding stage of another journey"),
}
EVERYONE = ("everyone", gettext_lazy("everyone (nothing known of the reader)"))


def choice_field(label, **more):
    widget = UnfoldAdminSelectWidget
    return forms.ChoiceField(label=label, required=False, widget=widget, error_messages=UNKNOWN, **more)


def multiple_choice_field(label, widget=UnfoldAdminSelectMultipleWidget, **more):
    return forms.MultipleChoiceField(label=label, required=False, widget=widget, error_messages=UNKNOWN, **more)


class QueryForm(forms.Form):
    @property
    def choices(self):
        """Pairs of name and value from the query string, in its order: those of the form that are not empty."""
        # An instant comes as two parameters: its date as name_0, its time as name_1.
        names = {part for name in self.fields for part in (name, f"{name}_0", f"{name}_1")}
        return [(name, value) for name, values in self.data.lists() if name in names for value in values if value]

    @property
    def downloads(self):
        """Links to the same choices as a file: pairs of address and name of the format."""
        return [(f"?{urlencode([*self.choices, ('format', kind)])}", name) for kind, name in DOWNLOADS.items()]


def as_download(report, kind, *, writers, name, at):
    """``report`` as a file of one of ``DOWNLOADS``, named ``name`` and the local date of ``at``."""
    content_type, write = writers[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}-{timezone.localtime(at):%Y-%m-%d}.{kind}"'}
    return HttpResponse(write(report), content_type=content_type, headers=headers)


def segments_of(catalogue, *first):
    """Choices: ``first``, everyone, and each segment as its path in the tree."""
    atlas = catalogue.atlas
    lines = {slug: reversed(atlas.line(segment.pk)) for slug, segment in atlas.segments.items()}  # root first
    paths = [(slug, " › ".join(atlas.segments_by_id[pk].title for pk in line)) for slug, line in lines.items()]
    return [*first, EVERYONE, *paths]


def journey_choices(atlas):
    return [(slug, journey.title) for slug, journey in atlas.journeys.items()] or [("", _("none yet"))]


def channels_of(catalogue):
    titles = [(slug, channel.title) for slug, channel in catalogue.atlas.channels.items()]
    return [("", _("all channels (no condition)")), ("any", _("any channel (nothing known of it)")), *titles]


def locales_of(catalogue, *first):
    return [*first, *((code, f"{locale.title} ({code})") for code, locale in catalogue.locales.items())]


def describe_instant(field, help_text, part_labels):
    """Sets the help text of a ``WhenField``, which may name ``%(zone)s``, and the labels of its date and its time."""
    field.help_text = help_text % {"zone": timezone.get_current_timezone_name()}
    for part, label in zip(field.widget.widgets, part_labels, strict=True):
        part.attrs["aria-label"] = label


def describe_as_of(field):
    """Describes the field that says as of which instant a page is shown."""
    describe_instant(field, _("Time zone: %(zone)s. Empty: now."), (_("As of: date"), _("As of: time")))


def offer_contexts(form, catalogue):
    """Fills the choices of segment, channel and language, and describes the instant."""
    form.fields["segment"].choices = segments_of(catalogue, ("", _("all readers (no condition)")))
    form.fields["channel"].choices = channels_of(catalogue)
    form.fields["locale"].choices = locales_of(catalogue)
    describe_as_of(form.fields["at"])
