"""The page on which a draft is talked about, and moved on from draft to approved."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
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

SHOWN = 100  # things said, the last first
DONE = {
    CommentKind.COMMENT: "Your comment is there.",
    CommentKind.SUBMIT: "It waits for a review now.",
    CommentKind.APPROVE: "It is approved as it stands.",
    CommentKind.SEND_BACK: "It is a draft again.",
}


class CommentForm(forms.Form):
    text = forms.CharField(
        label="What you want to say",
        required=False,
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )


class RequestReviewForm(CommentForm):
    """For whoever may ask for a review."""

    to = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Reviewer",
        required=False,
        empty_label="anybody who may review",
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = reviewers().exclude(pk=user.pk)


def reviewers():
    """Those who may review, by name."""
    return (
        User.objects.with_perm(REVIEW_TRANSLATION, backend="django.contrib.auth.backends.ModelBackend")
        .filter(is_staff=True)
        .order_by("username")
    )


class ReviewAdmin:
    """The way to it from a text, for those who see it."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.review_view)
        return [path("<int:pk>/review/", view, name="content_translation_review"), *super().get_urls()]

    @action(description="Review and comments …", icon="rate_review")
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
            chosen = request.POST.get("action")
            if chosen not in steps:
                raise PermissionDenied("Somebody has moved it on meanwhile, or you may not do this.")
            if _take(request, text, chosen, form.cleaned_data):
                return HttpResponseRedirect(admin_url(Translation, "review", pk))
        shown = consequences(text.asset, at=clock.now(), locale=text.locale)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Review of “{text}”",
            "opts": Translation._meta,
            "text": text,
            "form": form,
            "steps": steps,
            "rewritten": rewritten and request.user.has_perm(REVIEW_TRANSLATION),
            "foretold": shown,
            "seen": shown[0].print,
            "said": text.comments.select_related("by", "to")[:SHOWN],
            "back": admin_url(Translation, "change", pk),
        }
        return TemplateResponse(request, "admin/content/review.html", context)


def _steps(user, text):
    """What ``user`` may do with ``text`` now, as buttons: the words of each by its action."""
    steps = {}
    if user.has_perm(REVIEW_TRANSLATION) and text.status == Status.IN_REVIEW and not _asked(user, text):
        steps[CommentKind.APPROVE] = "Approve"
    if user.has_perm(REVIEW_TRANSLATION) and text.status != Status.DRAFT:
        steps[CommentKind.SEND_BACK] = "Send back"
    if may_edit(user, text.asset) and text.status != Status.IN_REVIEW:
        steps[CommentKind.SUBMIT] = "Ask for a review"
    if user.has_perm(ADD_COMMENT):
        steps[CommentKind.COMMENT] = "Only comment"
    return steps


def _asked(user, text):
    last = text.comments.filter(action=CommentKind.SUBMIT).first()
    return last is not None and last.by_id == user.pk


def _form(request, steps):
    data = request.POST or None
    return RequestReviewForm(data, user=request.user) if CommentKind.SUBMIT in steps else CommentForm(data)


def _take(request, text, chosen, data):
    """Takes the step, and tells: whether it was taken."""
    verbs = {
        CommentKind.COMMENT: comment,
        CommentKind.APPROVE: approve,
        CommentKind.SEND_BACK: send_back,
        CommentKind.SUBMIT: submit,
    }
    how = {"text": data["text"]}
    if chosen == CommentKind.SUBMIT:
        how["to"] = data["to"]
    elif chosen == CommentKind.APPROVE:
        how["seen"] = request.POST.get("seen", "")
    done = refusals_as_messages(request, verbs[chosen], text, by=request.user, at=clock.now(), **how)
    if done:
        messages.success(request, DONE[chosen])
    return done
