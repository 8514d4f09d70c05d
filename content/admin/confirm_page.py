"""A page that asks before a verb runs: a form, what there is to know, and one button."""

from django import forms
from django.template.response import TemplateResponse
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
        widget=UnfoldAdminTextInputWidget,
        help_text="For the record: why. Readers never see it.",
    )


class WindowForm(NoteForm):
    live_from = WhenField(label="From", required=False, help_text="Empty: now.")
    live_until = WhenField(label="Until", required=False, is_end=True, help_text="Empty: no end.")
    field_order = ["locales", "live_from", "live_until", "note"]


class LocalesForm(forms.Form):
    """Which of the languages that these assets are written in."""

    locales = forms.ModelMultipleChoiceField(
        queryset=Locale.objects.none(), widget=UnfoldAdminCheckboxSelectMultipleWidget, label="Languages"
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
        label="Recall it",
        widget=UnfoldBooleanSwitchWidget,
        help_text="For law or consent: also end what readers who began before still see for up to an hour.",
    )
    field_order = ["locales", "recall", "note"]


def confirm_page(
    screen, request, form, *, title, button, back, lead="", refusals=(), warnings=(), danger=False, **beside
):
    """The page. ``back`` is where “Cancel” leads; what stands ``beside`` the form is for a template of its own."""
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
