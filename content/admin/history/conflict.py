"""What somebody else saved while a form was open, for whoever saves that form next."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.drafts.changes import Change, changes
from content.drafts.history import as_of_revision, revisions
from content.drafts.labels import names_in, spoken_user
from content.drafts.state import AssetState, asset_states_at

MAX_REVISIONS = 50  # compared one by one, the newest
FIRST_FEW = 6  # fields of a revision, and revisions, that a message names


@dataclass
class Conflict:
    """What others changed on this page since it was opened. ``current`` is the draft with their changes.

    ``yours`` are the changes from theirs to what is in the form; ``None`` where the form has errors of its own.
    """

    message: str
    theirs: list[Change]
    current: AssetState
    yours: list[Change] | None = None

    def compare(self, draft, part):
        """Sets ``yours``; ``draft`` is what the form would save."""
        self.yours = changes(self.current, draft, names_in([self.current, draft]), part=part)


def conflict_since(asset_id, opened, *, part, user):
    """The changes of ``part`` after the revision ``opened``; ``None`` if there are none."""
    newer = list(reversed(revisions(asset_id).filter(pk__gt=opened)[:MAX_REVISIONS]))
    if not newer:
        return None
    opened_state, states = as_of_revision(asset_id, opened), asset_states_at([revision.pk for revision in newer])
    names = names_in([opened_state, *states.values()])
    current = states[newer[-1].pk]
    # From first to last: what was changed and changed back is no conflict.
    theirs = changes(opened_state, current, names, part=part)
    if not theirs:
        return None
    sentences, before = [], opened_state
    for revision in newer:
        after = states[revision.pk]
        if steps := changes(before, after, names, part=part):
            sentences.append(_sentence(revision, [change.field for change in steps], user))
        before = after
    advice = _(
        "Your changes are not saved yet; they are still in this form. Compare them above. "
        "Save again to replace theirs with yours: both stay in the history."
    )
    return Conflict(" ".join([*sentences[-FIRST_FEW:], advice]), theirs, current)


def _sentence(revision, fields, user):
    """Who changed which fields when; ``user`` is the one who reads it."""
    values = {"fields": first_few(fields), "time": short_time(revision.date_created)}
    if revision.user is None:
        return _("An import or a command changed %(fields)s at %(time)s.") % values
    if revision.user == user:
        return _("You changed %(fields)s in another tab at %(time)s.") % values
    return _("%(user)s changed %(fields)s at %(time)s.") % {"user": capfirst(spoken_user(revision.user)), **values}


def first_few(names):
    """``title, body and 3 more``."""
    others = len(names) - FIRST_FEW
    if others <= 0:
        return get_text_list(names, _("and"))
    more = ngettext("%(count)d more", "%(count)d more", others) % {"count": others}
    return get_text_list([*names[:FIRST_FEW], more], _("and"))


def short_time(at):
    """``14:32``, with the date before it if that is not today."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return date_format(local, "TIME_FORMAT" if is_today else "SHORT_DATETIME_FORMAT")
