from django.conf import settings
from django.db import models

from content.models.translation import Translation


class CommentKind(models.TextChoices):
    COMMENT = "comment", "commented"
    SUBMIT = "submit", "asked for review"
    APPROVE = "approve", "approved"
    SEND_BACK = "send_back", "sent back"


class Comment(models.Model):
    """Something said of a text on its way to being published: a remark, or a step of its review with its words."""

    translation = models.ForeignKey(Translation, on_delete=models.CASCADE, related_name="comments")
    action = models.CharField(max_length=10, choices=CommentKind.choices, default=CommentKind.COMMENT)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text or self.get_action_display()
