import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import clock
from content.databases.deadlines import within
from content.databases.failures import LOG, failure_of
from content.events.deliver import Dispatcher, deliver, fan_out
from content.events.elapsed import announce_elapsed
from content.events.prune import prune
from content.events.purge import purger

PAUSE = 1.0  # seconds between two turns, and so about how late an event is sent
PRUNED_EVERY = timedelta(hours=1)
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = _("Sends what has changed to webhooks and caches, until it is stopped. Any number may run.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help=_("send what is due now, and end"))

    def handle(self, *args: Any, **options: Any) -> None:
        purger()  # refuses an adapter that cannot be imported at the start, not at the first event
        if options["once"]:
            attempts = sum(iter(lambda: once(clock.now()), 0))
            prune(now=clock.now())
            message = ngettext("%(count)d attempt made", "%(count)d attempts made", attempts)
            self.stdout.write(message % {"count": attempts})
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *frame: stopped.set())
        self.stdout.write(_("Sending changes to webhooks and caches; Ctrl-C ends it."))
        dispatcher, pruned_at = Dispatcher(), datetime.min.replace(tzinfo=UTC)
        while not stopped.is_set():
            now = clock.now()
            try:
                with within(settings.DATABASE_SECONDS["worker"]):
                    busy = turn(dispatcher, now)
                if now - pruned_at > PRUNED_EVERY:
                    with within(settings.DATABASE_SECONDS["worker"]):
                        prune(now=now)
                    pruned_at = now
            except Error as error:
                tell(error)
                stopped.wait(PAUSE)
            else:
                if not busy and not dispatcher.wait(PAUSE):
                    stopped.wait(PAUSE)
            close_old_connections()
        dispatcher.close()
        try:
            dispatcher.store(now=clock.now())
        except Error as error:
            tell(error)


def tell(error: Error) -> None:
    """Logs why a turn failed. Nothing is lost: what was not recorded as done is done again."""
    if failure := failure_of(error):
        LOG.tell(failure, error)
    else:
        logger.exception("A turn failed; trying again")


def turn(dispatcher: Dispatcher, now: datetime) -> int:
    """Announces what time has changed, queues events for each endpoint, stores outcomes and begins what is due.

    Waits for no endpoint and no cache. Returns how many attempts were stored or begun.
    """
    announce_elapsed(now=now)
    fan_out(now=now)
    return dispatcher.store(now=now) + dispatcher.begin(now=now)


def once(now: datetime) -> int:
    """The same, waiting for every attempt; returns their number."""
    announce_elapsed(now=now)
    fan_out(now=now)
    return deliver(now=now)
