"""Forms whose choices stand in the address, so that a page can be passed on; and what they have to choose from."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget

UNKNOWN = {"invalid_choice": "There is no “%(value)s” here; choose one of the list."}
DOWNLOADS = {"csv": "CSV", "xlsx": "Excel"}
EVERYONE = ("everyone", "everyone: nothing is known of them")


def choice_field(label, **more):
    widget = UnfoldAdminSelectWidget
    return forms.ChoiceField(label=label, required=False, widget=widget, error_messages=UNKNOWN, **more)


def multiple_choice_field(label, widget=UnfoldAdminSelectMultipleWidget, **more):
    return forms.MultipleChoiceField(label=label, required=False, widget=widget, error_messages=UNKNOWN, **more)


class QueryForm(forms.Form):
    @property
    def choices(self):
        """What the address says, without what is empty or strange to the form: pairs in its order."""
        parts = {part for name in self.fields for part in (name, f"{name}_0", f"{name}_1")}
        return [(name, word) for name, words in self.data.lists() if name in parts for word in words if word]

    @property
    def downloads(self):
        """Where what was chosen is to be had as a file: addresses and their names."""
        return [(f"?{urlencode([*self.choices, ('format', kind)])}", name) for kind, name in DOWNLOADS.items()]


def as_download(told, kind, *, writers, name, at):
    """``told`` as one of ``DOWNLOADS``, called by its name and the day."""
    content_type, write = writers[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}-{timezone.localtime(at):%Y-%m-%d}.{kind}"'}
    return HttpResponse(write(told), content_type=content_type, headers=headers)


def segments_of(catalogue, *first):
    """Everyone and each segment with those it belongs to, after ``first``."""
    atlas = catalogue.atlas
    lines = {slug: reversed(atlas.line(segment.pk)) for slug, segment in atlas.segments.items()}
    paths = [(slug, " › ".join(atlas.segments_by_id[pk].title for pk in line)) for slug, line in lines.items()]
    return [*first, EVERYONE, *paths]


def channels_of(catalogue):
    known = [(slug, channel.title) for slug, channel in catalogue.atlas.channels.items()]
    return [("", "wherever (no condition)"), ("any", "any: nothing is known of the place"), *known]


def locales_of(catalogue, *first):
    return [*first, *((code, f"{locale.title} ({code})") for code, locale in catalogue.locales.items())]


def say_time_zone(field, words):
    """Says of the field of an instant in which zone it is written, and of its parts what they are."""
    field.help_text = f"{timezone.get_current_timezone_name()} time. Empty: now."
    for part, name in zip(field.widget.widgets, ("Date", "Time of day"), strict=True):
        part.attrs["aria-label"] = f"{name} {words}"


def offer_contexts(form, catalogue):
    """Fills the choices of who asks, where, in which language and when."""
    form.fields["segment"].choices = segments_of(catalogue, ("", "nobody in particular (no condition)"))
    form.fields["channel"].choices = channels_of(catalogue)
    form.fields["locale"].choices = locales_of(catalogue)
    say_time_zone(form.fields["at"], "as of which they ask")
