from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from content.models.asset import Asset
from content.models.edition import Edition
from content.models.kind import Kind
from content.models.locale import Locale

ANYWHERE = 0  # the stage of the rows that answer when no stage is asked
EVERYONE = 0  # the segment of a placement for everyone
ANYONE = -1  # the segment of the row that answers when no audience is asked: one per placement
ALSO_ANY = 1 << 62  # in a mask of named channels: some other placement is for any channel


class Showing(models.Model):
    """The read model: readers of this locale see this edition, at this stage, for this segment, in this window.

    Written by the publishing verbs alone; ``rebuild_showings`` makes it again from the editions. Instants are
    microseconds (``content/instants.py``). ``channels`` is a bit mask, 0 for any. ``rank`` ascends by relevance.
    ``signature`` is the same where editions have the same placements (``content/showings/signature.py``); the row
    anywhere for anyone is the one that stands once per asset, and what coverage counts. ``past`` only keeps long-ended
    rows out of the index; it never decides what is visible. Whatever a row names its edition names under a constraint,
    so it has none of its own.
    """

    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    stage = models.BigIntegerField()
    segment = models.BigIntegerField()
    rank = models.BigIntegerField()
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    channels = models.BigIntegerField()
    fallback = models.PositiveSmallIntegerField()
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    signature = models.BigIntegerField(default=0)
    live_from = models.BigIntegerField()
    live_until = models.BigIntegerField()
    past = models.BooleanField(default=False)

    class Meta:
        verbose_name = _lazy("showing")
        verbose_name_plural = _lazy("showings")
        indexes = [
            models.Index(
                # Equal to the question in the first three, and in the order of the answer in the last two: a page of 20
                # reads little more than it shows, however many assets there are. Without it the benchmark's case “list”
                # would cost more with 100,000 assets than with 10,000, which it may by 1.3 times at most.
                fields=["locale", "stage", "segment", "rank", "asset"],
                name="showing_walk",
                condition=models.Q(past=False),
            ),
            # For what is asked of one asset: a detail, whether another of its rows stands better, and what a publish
            # rewrites. The rows that are ``past`` too, since readers of another instant look a text up here.
            models.Index(fields=["asset", "locale", "stage"], name="showing_of_asset"),
            # What coverage counts, in the order it counts it, with all that it reads: no table row is fetched.
            models.Index(
                fields=["locale", "signature", "fallback", "kind", "live_from", "live_until", "edition", "asset"],
                name="showing_alike",
                condition=models.Q(past=False, stage=ANYWHERE, segment=ANYONE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} at {self.stage} for {self.segment}"
