"""The page that asks before a verb runs: a form, messages, and one button."""

from django import forms
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from content.models import Locale
from journeys.admin.when import WhenField


class NoteForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=500,
        label=_lazy("Note"),
        widget=UnfoldAdminTextInputWidget,
        help_text=_lazy("Why, for the record. Readers never see it."),
    )


class WindowForm(NoteForm):
    live_from = WhenField(label=_lazy("From"), required=False, help_text=_lazy("Empty: now."))
    live_until = WhenField(label=_lazy("Until"), required=False, is_end=True, help_text=_lazy("Empty: no end."))
    field_order = ["locales", "live_from", "live_until", "note"]


class LocalesForm(forms.Form):
    """A choice of languages, all of ``locales`` to begin with."""

    locales = forms.ModelMultipleChoiceField(
        queryset=Locale.objects.none(), widget=UnfoldAdminCheckboxSelectMultipleWidget, label=_lazy("Languages")
    )

    def __init__(self, *args, locales, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["locales"].queryset = locales
        self.fields["locales"].initial = list(locales)


class PublishForm(LocalesForm, WindowForm):
    field_order = WindowForm.field_order


class WithdrawForm(LocalesForm, NoteForm):
    recall = forms.BooleanField(
        required=False,
        label=_lazy("Recall"),
        widget=UnfoldBooleanSwitchWidget,
        help_text=_lazy("For law or consent: also ends it for readers who would see it for up to another hour."),
    )
    field_order = ["locales", "recall", "note"]


def confirm_page(
    screen, request, form, *, title, button, back, lead="", refusals=(), warnings=(), danger=False, **beside
):
    """The page as a response.

    ``back`` is where *Cancel* leads. ``beside`` is more context, for a ``template`` of its own that extends this one.
    """
    context = {
        **beside,
        **screen.admin_site.each_context(request),
        "title": title,
        "opts": screen.model._meta,
        "form": form,
        "lead": lead,
        "button": button,
        "back": back,
        "refusals": refusals,
        "warnings": warnings,
        "danger": danger,
    }
    return TemplateResponse(request, beside.get("template", "admin/content/ask.html"), context)
