from django import forms
from django.contrib import admin
from django.utils.html import format_html
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

# What gates say, before anything is published; what the audit says of it afterwards has its own words.
ACCEPTED = {
    "stage_missing": "It has no stage.",
    "cta_missing": "It has no call to action.",
    "cta_target_dead": "Its primary step leads to something that is not shown.",
    "binary_choice": "All its own steps are hard: “buy or leave” is no choice.",
    "not_approved": "Nobody has approved it as it is now.",
}


class WaiverForm(WordedForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields and finding_in_words((self.data if self.is_bound else self.initial).get("key", "")):
            self.fields["key"].widget = forms.HiddenInput()  # it is said in words

    def clean_reason(self):
        if not self.cleaned_data["reason"].strip():
            raise forms.ValidationError("Give a reason.", code="waiver_invalid")
        return self.cleaned_data["reason"]

    def clean_until(self):
        if self.cleaned_data["until"] <= clock.now():
            raise forms.ValidationError("Choose an end that lies ahead.", code="waiver_invalid")
        return self.cleaned_data["until"]


@admin.register(Waiver)
class WaiverAdmin(BaseAdmin):
    form = WaiverForm
    list_display = ["finding", "subject", "reason", "ends", "standing", "by"]
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
                "description": "A finding that you accept no longer keeps its asset from being published. "
                "Follow “Accept this for a time” beside a refusal: it fills in the key.",
            },
        )
    ]
    STANDING = {"stands": "success", "over": "default"}

    def has_add_permission(self, request):
        return request.user.has_perm(WAIVE_FINDING)

    def has_change_permission(self, request, obj=None):
        return False

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        waivers = list(changelist.result_list)
        assets = Asset.objects.in_bulk({uid for waiver in waivers if (uid := _parts(waiver)[1])}, field_name="uid")
        for waiver in waivers:
            waiver.asset = next((a for a in assets.values() if a.public_id == _parts(waiver)[1]), None)
        changelist.result_list = waivers
        return changelist

    def get_fields(self, request, obj=None):
        return ["about", "reason", "until", "by", "created_at"] if obj else ["about", "key", "reason", "until"]

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.get_fields(request, obj)})] if obj else self.fieldsets

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        form = context["adminform"].form
        # What is to be accepted is named in the address, or posted.
        form.instance.key = obj.key if obj else (form.data if form.is_bound else form.initial).get("key", "")
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @display(description="what is accepted")
    def about(self, waiver):
        told = finding_in_words(waiver.key)
        if not told:
            return "Choose “Accept this for a time” beside a refusal or a finding, or write its key."
        words, asset, locale = told
        if asset is None:
            return f"{words} ({locale})"
        link = admin_url(Asset, "change", asset.pk)
        return format_html('{} <a class="underline" href="{}">{}</a> ({})', words, link, asset, locale)

    def save_model(self, request, obj, form, change):
        made = waive(obj.key, reason=obj.reason, until=obj.until, by=request.user, at=clock.now())
        obj.pk, obj.by = made.pk, made.by

    @display(description="finding", ordering="key")
    def finding(self, waiver):
        return _parts(waiver)[0].replace("_", " ")

    @display(description="asset")
    def subject(self, waiver):
        if waiver.asset is None:
            return "–"
        link = admin_url(Asset, "change", waiver.asset.pk)
        return format_html('<a class="underline" href="{}">{}</a> ({})', link, waiver.asset, _parts(waiver)[2])

    @display(description="until", ordering="until")
    def ends(self, waiver):
        return time_cell(waiver.until)

    @display(description="state", label=STANDING)
    def standing(self, waiver):
        return "stands" if waiver.until > clock.now() else "over"


UID_LENGTH = 32


def finding_in_words(key):
    """What a waiver's ``key`` stands for: a sentence, the asset if it is of one, the language; ``None`` for no key."""
    code, uid, locale = _parts(Waiver(key=key))
    if code not in CODES and code not in ACCEPTED:
        return None
    asset = Asset.objects.filter(uid=uid).first() if uid else None
    return ACCEPTED.get(code) or CODES[code].words, asset, locale


def _parts(waiver):
    """The code, the asset's id (empty if it is none) and the language of what was accepted, of a gate or the audit."""
    if key := parse_key(waiver.key):
        return key.code, key.subject_id if key.subject_type == "asset" else "", key.context.locale or "every language"
    code, _, rest = waiver.key.partition(":")
    uid, _, locale = rest.partition(":")
    plain = len(uid) == UID_LENGTH and all(letter in "0123456789abcdef" for letter in uid)
    return code, uid if plain else "", locale
