"""What somebody else saved while a form was open, told to whoever saves it next."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from content.drafts.changes import Change, changes
from content.drafts.history import as_of_revision, revisions
from content.drafts.labels import names_in, spoken_user
from content.drafts.state import AssetState, asset_states_at

MOST = 50  # revisions told one by one, newest
FIELDS = 6  # of one of them
KEPT = (
    "Nothing of yours is saved yet; all of it is still in this form. Compare above. "
    "Save again to put yours in place of theirs: both stay in the history."
)


@dataclass
class Conflict:
    """What was changed of this page since it was opened: by whom, from what to what, and as what it stands now."""

    message: str
    theirs: list[Change]
    standing: AssetState
    yours: list[Change] | None = None  # from theirs to what is in the form; ``None`` where that has errors of its own

    def compare(self, form, part):
        """``form`` is the draft as this form would save it."""
        self.yours = changes(self.standing, form, names_in([self.standing, form]), part=part)


def conflict_since(asset_id, opened, *, part, user):
    """What was changed of ``part`` after the revision ``opened``; ``None`` if it stands as it did."""
    since = list(reversed(revisions(asset_id).filter(pk__gt=opened)[:MOST]))
    if not since:
        return None
    before, kept = as_of_revision(asset_id, opened), asset_states_at([one.pk for one in since])
    names = names_in([before, *kept.values()])
    standing = kept[since[-1].pk]
    theirs = changes(before, standing, names, part=part)
    if not theirs:
        return None
    told, former = [], before
    for one in since:
        if found := changes(former, kept[one.pk], names, part=part):
            told.append(
                f"{who(one, user)} changed {first_few([change.field for change in found])} {when(one.date_created)}"
            )
        former = kept[one.pk]
    message = f"{'; '.join(told[-FIELDS:])}. {KEPT}"
    return Conflict(message[0].upper() + message[1:], theirs, standing)


def who(revision, user):
    if revision.user is None:
        return "an import or a command"
    return "you, in another tab," if revision.user == user else spoken_user(revision.user)


def first_few(names):
    """``title, body and 3 more``."""
    left = len(names) - FIELDS
    return get_text_list([*names[:FIELDS], f"{left} more"] if left > 0 else names, _("and"))


def when(at):
    """``at 14:32``, with the day if that is another one."""
    local = timezone.localtime(at)
    day = "" if local.date() == timezone.localdate() else f"on {local:%Y-%m-%d} "
    return f"{day}at {local:%H:%M}"
