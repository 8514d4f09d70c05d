import os
import sys
from datetime import datetime
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from content.audit.process import Question, answer
from content.catalogue import current_catalogue
from content.questions.findings import read_contexts, read_journey

NICE = 10  # readers first


class Command(BaseCommand):
    help = "Computes an audit that the service was asked for; the service starts it itself. The question is JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep-day", action="store_true", help="write the day down if nobody has yet")

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(NICE)
        words, catalogue = orjson.loads(sys.stdin.buffer.read()), current_catalogue()
        at = datetime.fromisoformat(words["at"]) if words["at"] else None
        journey = read_journey(words["asked"], catalogue)
        question = Question(words["asked"], at, journey, read_contexts(words["asked"], catalogue))
        answer(question, keep_day=options["keep_day"])
