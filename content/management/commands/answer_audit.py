import os
import sys
from datetime import datetime
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from content.audit.process import Question, answer
from content.catalogue import current_catalogue
from content.questions.findings import read_contexts, read_journey

NICE = 10  # the service's own workers, which answer readers, come first


class Command(BaseCommand):
    help = _("Computes an audit for the service, which starts this command itself. The question is JSON on stdin.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep-day", action="store_true", help=_("record the day's findings if nobody has yet"))

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICE)
        message, catalogue = orjson.loads(sys.stdin.buffer.read()), current_catalogue()
        at = datetime.fromisoformat(message["at"]) if message["at"] else None
        parameters = message["asked"]
        question = Question(parameters, at, read_journey(parameters, catalogue), read_contexts(parameters, catalogue))
        answer(question, keep_day=options["keep_day"])
