from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import display

from content import clock
from content.audit.finding import CODES, parse_key
from content.models import Asset, Waiver
from content.permissions import WAIVE_FINDING
from content.publishing.waivers import waive
from journeys.admin.display import time_cell
from journeys.admin.model_admin import BaseAdmin
from journeys.admin.urls import admin_url
from journeys.admin.written import WordedForm

# Findings of the gates that can be waived; those of the audit bring their own sentences.
GATE_FINDINGS = {
    "stage_missing": _lazy("It has no stage."),
    "cta_missing": _lazy("It has no call to action."),
    "cta_target_dead": _lazy("Its primary step leads to something that readers are not shown."),
    "binary_choice": _lazy("All its own steps are hard: “buy or leave” is not a choice."),
    "not_approved": _lazy("Nobody has approved it as it is now."),
}


class WaiverForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields and describe_key((self.data if self.is_bound else self.initial).get("key", "")):
            self.fields["key"].widget = forms.HiddenInput()  # ``about`` describes it

    def clean_reason(self):
        if not self.cleaned_data["reason"].strip():
            raise forms.ValidationError(_("Give a reason."), code="waiver_invalid")
        return self.cleaned_data["reason"]

    def clean_until(self):
        if self.cleaned_data["until"] <= clock.now():
            raise forms.ValidationError(_("Choose an end in the future."), code="waiver_invalid")
        return self.cleaned_data["until"]


@admin.register(Waiver)
class WaiverAdmin(BaseAdmin):
    form = WaiverForm
    list_display = ["finding", "subject", "reason", "ends", "state", "by"]
    list_display_links = ["finding"]
    list_select_related = ["by"]
    search_fields = ["key", "reason"]
    date_hierarchy = "until"
    readonly_fields = ["about"]
    fieldsets = [
        (
            None,
            {
                "fields": ["about", "key", "reason", "until"],
                "description": _lazy(
                    "A finding that you accept no longer keeps its asset from being published. "
                    "Follow “Accept this for a time” beside a refusal: it fills in the key."
                ),
            },
        )
    ]
    STATES = {"active": "success", "expired": "default"}

    def has_add_permission(self, request):
        return request.user.has_perm(WAIVE_FINDING)

    def has_change_permission(self, request, obj=None):
        return False

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        waivers = list(changelist.result_list)
        assets = Asset.objects.in_bulk({uid for waiver in waivers if (uid := _parts(waiver)[1])}, field_name="uid")
        for waiver in waivers:
            uid = _parts(waiver)[1]
            waiver.asset = next((asset for asset in assets.values() if asset.public_id == uid), None)
        changelist.result_list = waivers
        return changelist

    def get_fields(self, request, obj=None):
        return ["about", "reason", "until", "by", "created_at"] if obj else ["about", "key", "reason", "until"]

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.get_fields(request, obj)})] if obj else self.fieldsets

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        form = context["adminform"].form
        # The key of what is to be accepted is in the address, or posted.
        form.instance.key = obj.key if obj else (form.data if form.is_bound else form.initial).get("key", "")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @display(description=_lazy("accepted finding"))
    def about(self, waiver):
        description = describe_key(waiver.key)
        if not description:
            return _("Choose “Accept this for a time” beside a refusal or a finding, or write its key.")
        message, asset, locale = description
        if asset is None:
            return f"{message} ({locale})"
        link = admin_url(Asset, "change", asset.pk)
        return format_html('{} <a class="underline" href="{}">{}</a> ({})', message, link, asset, locale)

    def save_model(self, request, obj, form, change):
        waiver = waive(obj.key, reason=obj.reason, until=obj.until, by=request.user, at=clock.now())
        obj.pk, obj.by = waiver.pk, waiver.by

    @display(description=_lazy("finding"), ordering="key")
    def finding(self, waiver):
        return _parts(waiver)[0].replace("_", " ")

    @display(description=_lazy("asset"))
    def subject(self, waiver):
        if waiver.asset is None:
            return "–"
        link = admin_url(Asset, "change", waiver.asset.pk)
        return format_html('<a class="underline" href="{}">{}</a> ({})', link, waiver.asset, _parts(waiver)[2])

    @display(description=_lazy("until"), ordering="until")
    def ends(self, waiver):
        return time_cell(waiver.until)

    @display(description=_lazy("state"), label=STATES)
    def state(self, waiver):
        return ("active", _("active")) if waiver.until > clock.now() else ("expired", _("expired"))


def describe_key(key):
    """The finding of a waiver's ``key``: a sentence, its asset if it has one, the language; ``None`` for no key."""
    code, uid, locale = _parts(Waiver(key=key))
    if code not in CODES and code not in GATE_FINDINGS:
        return None
    asset = Asset.objects.filter(uid=uid).first() if uid else None
    return GATE_FINDINGS.get(code) or CODES[code].words, asset, locale


def _parts(waiver):
    """The code, the asset's id (empty for other subjects) and the language of what a waiver accepts."""
    key = parse_key(waiver.key)
    if key is None:
        return waiver.key.partition(":")[0], "", ""
    return key.code, key.subject_id if key.subject_type == "asset" else "", key.context.locale or _("every language")
