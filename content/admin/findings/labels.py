"""Labels of the audit's finding codes and severities, as the admin shows them."""

from django.utils.translation import gettext_lazy as _

SEVERITIES = {
    "error": (_("Errors"), _("Readers get nothing, or have nowhere to go.")),
    "warning": (_("Warnings"), _("Readers soon will, or are served badly.")),
    "note": (_("Notes"), _("Worth knowing.")),
}
CODES = {
    "dead_end": _("dead end"),
    "silent_stage": _("silent stage"),
    "unreachable_stage": _("unreachable stage"),
    "no_path_to_goal": _("no path to goal"),
    "address_taken": _("address taken"),
    "far_from_purchase": _("far from purchase"),
    "future_gap": _("future gap"),
    "buy_or_leave": _("buy or leave"),
    "step_missing": _("step missing"),
    "unbalanced": _("unbalanced"),
    "kinds_missing": _("kinds missing"),
    "terms_missing": _("terms missing"),
    "gone_quiet": _("gone quiet"),
    "pin_not_shown": _("pin not shown"),
    "text_too_long": _("text too long"),
    "review_overdue": _("review overdue"),
    "identical_message": _("identical message"),
    "near_duplicate": _("near duplicate"),
    "orphan_asset": _("orphan asset"),
    "expired": _("expired"),
    "few_alternatives": _("few alternatives"),
    "missing_translation": _("missing translation"),
    "stage_missing": _("stage missing"),
    "cta_missing": _("call to action missing"),
    "cta_target_dead": _("call to action leads nowhere"),
    "binary_choice": _("binary choice"),
    "not_approved": _("not approved"),
    "cta_target_expires": _("call to action expires"),
    "link_dead": _("dead link"),
    "goes_dark": _("goes dark"),
    "untranslated": _("untranslated"),
    "hard_cta_too_early": _("hard call to action too early"),
    "home_page_cta": _("call to action to the home page"),
    "stage_too_broad": _("too many stages"),
    "channel_not_recommended": _("channel not recommended"),
    "too_long_for_channel": _("too long for channel"),
    "image_alt_missing": _("image description missing"),
    "scheduled_follows": _("scheduled edition follows"),
}


def code_label(code: str) -> str:
    """The label of a finding's code; the code itself, with spaces, where it has none."""
    return str(CODES.get(code) or code.replace("_", " "))
