"""The pages of a draft's history: who changed what and when, and the way back."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from content import clock
from content.admin.history.conflict import first_few, when
from content.admin.publishing.messages import refusals_as_messages
from content.drafts.changes import changes
from content.drafts.history import FIRST, latest, revisions
from content.drafts.labels import names_in, spoken_user
from content.drafts.revert import may_revert, possible_now, revert
from content.drafts.state import asset_state_of, asset_states_at, current_asset_state
from content.models import Asset
from journeys.admin.urls import admin_url, id_from_url

PER_PAGE = 20
NOBODY, BEFORE = "An import or a command", "Before the history began"
MEANWHILE = "Somebody has changed it since this page was opened. Look again at what would change, then revert."


class HistoryPages:
    """The page that lists the revisions of an asset, also from its texts, and the page that asks before reverting."""

    def asset_id_of(self, thing_id):
        """The asset that the page of ``thing_id`` writes a part of; ``None`` if there is no such thing."""
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
            "title": f"History of “{asset}”",
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
        """Shows what would change and what cannot come back; a POST does it."""
        asset = get_object_or_404(Asset, pk=self.asset_id_of(thing_id))
        if not may_revert(request.user, asset):
            raise PermissionDenied
        revision = revisions(asset.pk).filter(pk=number).first()
        if revision is None:
            raise Http404
        back = admin_url(self.model, "history", thing_id)
        now = latest(asset.pk)
        if request.method == "POST":
            if id_from_url(request.POST.get("opened", "")) == now:
                if self._revert(request, asset, revision):
                    return HttpResponseRedirect(self._after(thing_id, asset))
            else:
                messages.warning(request, MEANWHILE)
        standing = current_asset_state([asset.pk])[asset.pk]
        possible = possible_now(standing, asset_states_at([number])[number])
        before = asset_state_of(standing)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Revert “{asset}” to how it stood {when(revision.date_created)}",
            "opts": self.opts,
            "changes": changes(before, possible.whole, names_in([before, possible.whole])),
            "lost": possible.lost,
            "opened": now,
            "back": back,
        }
        return TemplateResponse(request, "admin/content/revert.html", context)

    def _revert(self, request, asset, revision):
        now = clock.now()
        why = f"reverted to how it stood on {timezone.localtime(revision.date_created):%Y-%m-%d at %H:%M}"
        try:
            lost = refusals_as_messages(request, revert, asset, revision.pk, by=request.user, at=now, why=why)
        except IntegrityError:  # what it names went while it was written
            messages.error(request, "The map has changed meanwhile, and nothing was reverted. Look again.")
            return False
        if lost is None:
            return False
        self.log_change(request, asset, f"{why[0].upper()}{why[1:]}.")
        messages.success(request, f"“{asset.name}” stands again as it did {when(revision.date_created)}.")
        for line in lost:
            messages.warning(request, f"This could not come back. {line}")
        return True

    def _after(self, thing_id, asset):
        """The history it was asked from, unless the text it belonged to went with the revert."""
        if self.asset_id_of(thing_id):
            return admin_url(self.model, "history", thing_id)
        return admin_url(Asset, "history", asset.pk)


def entries(asset_id, page):
    """The revisions of one page, each with what it changed of the one before. Four queries and those for the names."""
    found = list(page)
    older = revisions(asset_id).filter(pk__lt=found[-1].pk)[:1] if found else []
    in_order = [*found, *older]
    wholes = asset_states_at([one.pk for one in in_order])
    names = names_in(list(wholes.values()))
    newest = page.number == 1
    return [
        _entry(one, wholes.get(before.pk) if before else None, wholes[one.pk], names, newest=newest and place == 0)
        for place, (one, before) in enumerate(zip(found, [*in_order[1:], None], strict=False))
    ]


def _entry(revision, before, after, names, *, newest):
    told = changes(before, after, names) if before else []
    return {
        "number": revision.pk,
        "who": spoken_user(revision.user) if revision.user else NOBODY if before else BEFORE,
        "at": revision.date_created,
        "why": "" if revision.comment == FIRST else revision.comment,
        "what": first_few([change.where for change in told]),
        "changes": told,
        "first": before is None,
        "newest": newest,
    }
