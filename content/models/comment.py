from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.translation import Translation


class CommentKind(models.TextChoices):
    COMMENT = "comment", _lazy("commented")
    SUBMIT = "submit", _lazy("asked for review")
    APPROVE = "approve", _lazy("approved")
    SEND_BACK = "send_back", _lazy("sent back")


class Comment(models.Model):
    """A comment on a text before it is published, or a step of its review with an optional comment."""

    translation = models.ForeignKey(
        Translation, on_delete=models.CASCADE, related_name="comments", verbose_name=_lazy("text")
    )
    action = models.CharField(_lazy("action"), max_length=10, choices=CommentKind.choices, default=CommentKind.COMMENT)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="comments",
        verbose_name=_lazy("by"),
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_lazy("to"),
    )
    at = models.DateTimeField(_lazy("time"))
    text = models.TextField(_lazy("comment"), blank=True)

    class Meta:
        verbose_name = _lazy("comment")
        verbose_name_plural = _lazy("comments")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text or self.get_action_display()
