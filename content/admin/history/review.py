"""The review page of a text: comments, and the steps from draft to approved."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from content import clock
from content.accounts.ownership import may_edit
from content.admin.publishing.messages import refusals_as_messages
from content.drafts.review import approve, comment, has_rewritten, send_back, submit
from content.models import Status, Translation
from content.models.comment import CommentKind
from content.permissions import ADD_COMMENT, REVIEW_TRANSLATION
from content.publishing.consequences import consequences
from journeys.admin.urls import admin_url

MAX_COMMENTS = 100  # the newest
CONFIRMATIONS = {
    CommentKind.COMMENT: _lazy("Your comment was added."),
    CommentKind.SUBMIT: _lazy("It is waiting for a review."),
    CommentKind.APPROVE: _lazy("It is approved as it is now."),
    CommentKind.SEND_BACK: _lazy("It is a draft again."),
}


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_lazy("Comment"),
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class RequestReviewForm(CommentForm):
    """A comment with a reviewer, for those who may ask for a review."""

    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_lazy("Reviewer"),
        required=False,
        empty_label=_lazy("anybody who may review"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = reviewers().exclude(pk=user.pk)


def reviewers():
    """The users who may review, by name."""
    return (
        User.objects.with_perm(REVIEW_TRANSLATION, backend="django.contrib.auth.backends.ModelBackend")
        .filter(is_staff=True)
        .order_by("username")
    )


class ReviewAdmin:
    """Adds the review page to the screen of texts, for those who may see the text."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [path("<int:pk>/review/", view, name="content_translation_review"), *super().get_urls()]

    @action(description=_lazy("Review and comments …"), icon="rate_review")
    def review_page(self, request, object_id):
        return HttpResponseRedirect(admin_url(Translation, "review", object_id))

    def review_view(self, request, pk):
        text = get_object_or_404(Translation.objects.select_related("asset__kind", "locale", "assignee"), pk=pk)
        if not self.has_view_permission(request, text):
            raise PermissionDenied
        rewritten = text.status == Status.IN_REVIEW and has_rewritten(text, request.user)
        steps = _steps(request.user, text)
        if rewritten:
            steps.pop(CommentKind.APPROVE, None)
        form = _form(request, steps)
        if request.method == "POST" and form.is_valid():
            step = request.POST.get("action")
            if step not in steps:
                raise PermissionDenied(_("Its status has changed meanwhile, or you may not do this."))
            if _take(request, text, step, form.cleaned_data):
                return HttpResponseRedirect(admin_url(Translation, "review", pk))
        reader_changes = consequences(text.asset, at=clock.now(), locale=text.locale)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review of “%(text)s”") % {"text": text},
            "opts": Translation._meta,
            "text": text,
            "form": form,
            "steps": steps,
            "rewritten": rewritten and request.user.has_perm(REVIEW_TRANSLATION),
            "reader_changes": reader_changes,
            # The fingerprint of what the reviewer looks at: approving anything newer is refused.
            "seen": reader_changes[0].print,
            "comments": text.comments.select_related("by", "to")[:MAX_COMMENTS],
            "back": admin_url(Translation, "change", pk),
        }
        return TemplateResponse(request, "admin/content/review.html", context)


def _steps(user, text):
    """The steps that ``user`` may take with ``text`` now: the labels of buttons by action, the main one first."""
    steps = {}
    if user.has_perm(REVIEW_TRANSLATION) and text.status == Status.IN_REVIEW and not _asked_for_review(user, text):
        steps[CommentKind.APPROVE] = _("Approve")
    if user.has_perm(REVIEW_TRANSLATION) and text.status != Status.DRAFT:
        steps[CommentKind.SEND_BACK] = _("Send back")
    if may_edit(user, text.asset) and text.status != Status.IN_REVIEW:
        steps[CommentKind.SUBMIT] = _("Ask for a review")
    if user.has_perm(ADD_COMMENT):
        steps[CommentKind.COMMENT] = _("Comment only")
    return steps


def _asked_for_review(user, text):
    last = text.comments.filter(action=CommentKind.SUBMIT).first()
    return last is not None and last.by_id == user.pk


def _form(request, steps):
    data = request.POST or None
    return RequestReviewForm(data, user=request.user) if CommentKind.SUBMIT in steps else CommentForm(data)


def _take(request, text, step, data):
    """Takes the step, with a message; whether it was taken."""
    verbs = {
        CommentKind.COMMENT: comment,
        CommentKind.APPROVE: approve,
        CommentKind.SEND_BACK: send_back,
        CommentKind.SUBMIT: submit,
    }
    options = {"text": data["text"]}
    if step == CommentKind.SUBMIT:
        options["to"] = data["to"]
    elif step == CommentKind.APPROVE:
        options["seen"] = request.POST.get("seen", "")
    is_done = refusals_as_messages(request, verbs[step], text, by=request.user, at=clock.now(), **options)
    if is_done:
        messages.success(request, CONFIRMATIONS[step])
    return is_done
