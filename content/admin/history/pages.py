"""The pages of a draft's history: who changed what and when, and reverting to a revision."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from content import clock
from content.admin.history.conflict import first_few
from content.admin.local_time import local_time
from content.admin.publishing.messages import refusals_as_messages
from content.drafts.changes import changes
from content.drafts.history import FIRST, latest, revisions
from content.drafts.labels import names_in, spoken_user
from content.drafts.revert import may_revert, possible_now, revert
from content.drafts.state import asset_state_of, asset_states_at, current_asset_state
from content.models import Asset
from journeys.admin.urls import admin_url, id_from_url

PER_PAGE = 20


class HistoryPages:
    """Lists the revisions of an asset, on its page and on those of its texts, and asks before reverting to one."""

    def asset_id_of(self, thing_id):
        """The id of the asset that the page of ``thing_id`` edits a part of; ``None`` if there is no such thing."""
        raise NotImplementedError

    def get_urls(self):
        view = self.admin_site.admin_view(self.revert_view)
        name = f"content_{self.opts.model_name}_revert"
        return [path("<int:thing_id>/history/<int:number>/revert/", view, name=name), *super().get_urls()]

    def history_view(self, request, object_id, extra_context=None):
        thing = self.get_object(request, unquote(object_id))
        if thing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, thing):
            raise PermissionDenied
        asset_id = self.asset_id_of(thing.pk)
        asset = Asset.objects.get(pk=asset_id)
        page = Paginator(revisions(asset_id), PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of “%(asset)s”") % {"asset": asset},
            "opts": self.opts,
            "object": thing,
            "original": thing,
            "page": page,
            "entries": entries(asset_id, page),
            "pages": page.paginator.get_elided_page_range(page.number),
            "may_revert": may_revert(request.user, asset),
            "back": admin_url(self.model, "change", thing.pk),
            "thing_id": thing.pk,
            "revert": f"admin:content_{self.opts.model_name}_revert",
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/content/history.html", context)

    def revert_view(self, request, thing_id, number):
        """Shows what would change and what cannot come back; a POST reverts. 404 for no revision of this asset."""
        asset = get_object_or_404(Asset, pk=self.asset_id_of(thing_id))
        if not may_revert(request.user, asset):
            raise PermissionDenied
        revision = revisions(asset.pk).filter(pk=number).first()
        if revision is None:
            raise Http404
        back = admin_url(self.model, "history", thing_id)
        newest = latest(asset.pk)
        if request.method == "POST":
            if id_from_url(request.POST.get("opened", "")) == newest:
                if self._revert(request, asset, revision):
                    return HttpResponseRedirect(self._after(thing_id, asset))
            else:
                message = _("Somebody has changed it since you opened this page. Check the changes again, then revert.")
                messages.warning(request, message)
        current = current_asset_state([asset.pk])[asset.pk]
        possible = possible_now(current, asset_states_at([number])[number])
        before = asset_state_of(current)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Revert “%(asset)s” to the version of %(time)s")
            % {"asset": asset, "time": local_time(revision.date_created)},
            "opts": self.opts,
            "changes": changes(before, possible.whole, names_in([before, possible.whole])),
            "lost": possible.lost,
            "opened": newest,
            "back": back,
        }
        return TemplateResponse(request, "admin/content/revert.html", context)

    def _revert(self, request, asset, revision):
        """Reverts, with messages; whether it was done."""
        values = {"asset": asset.name, "time": local_time(revision.date_created)}
        why = _("reverted to the version of %(time)s") % values
        try:
            lost = refusals_as_messages(request, revert, asset, revision.pk, by=request.user, at=clock.now(), why=why)
        except IntegrityError:  # what a revision names can be deleted while it is written
            messages.error(request, _("The map has changed meanwhile. Nothing was reverted; check the changes again."))
            return False
        if lost is None:
            return False
        self.log_change(request, asset, _("Reverted to the version of %(time)s.") % values)
        messages.success(request, _("“%(asset)s” is back at the version of %(time)s.") % values)
        for line in lost:
            messages.warning(request, _("This could not be restored: %(line)s") % {"line": line})
        return True

    def _after(self, thing_id, asset):
        """The history that the revert came from; that of the asset if the text was deleted by it."""
        if self.asset_id_of(thing_id):
            return admin_url(self.model, "history", thing_id)
        return admin_url(Asset, "history", asset.pk)


def entries(asset_id, page):
    """The revisions of one page with what each changed, newest first. Four queries and those for the names."""
    on_page = list(page)
    older = revisions(asset_id).filter(pk__lt=on_page[-1].pk)[:1] if on_page else []
    in_order = [*on_page, *older]
    states = asset_states_at([revision.pk for revision in in_order])
    names = names_in(list(states.values()))
    newest = on_page[0] if on_page and page.number == 1 else None
    # Each revision beside the one before it; the oldest of all has none.
    pairs = zip(on_page, [*in_order[1:], None], strict=False)
    return [
        _entry(
            revision,
            states.get(former.pk) if former else None,
            states[revision.pk],
            names,
            newest=revision is newest,
        )
        for revision, former in pairs
    ]


def _entry(revision, before, after, names, *, newest):
    steps = changes(before, after, names) if before else []
    return {
        "number": revision.pk,
        "who": _author(revision, is_first=before is None),
        "at": revision.date_created,
        "why": "" if revision.comment == FIRST else revision.comment,
        "what": first_few([change.where for change in steps]),
        "changes": steps,
        "first": before is None,
        "newest": newest,
    }


def _author(revision, *, is_first):
    if revision.user:
        return spoken_user(revision.user)
    return _("Before the history began") if is_first else _("An import or a command")
