import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = _("Measures requests/s and CPU per request of the real server, on made-up assets in a database of its own.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--assets", type=int, default=10_000)
        database = _("postgres://… to create it on; by default a SQLite file")
        parser.add_argument("--database", metavar="URL", help=database)
        parser.add_argument("--seconds", type=float, default=5, help=_("for which each case is measured"))
        parser.add_argument(
            "--client", choices=("auto", "wrk", "bundled"), default="auto", help=_("the load generator")
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help=_("write the report to this file as well"))
        parser.add_argument(
            "--compare", type=Path, metavar="FILE", help=_("compare the cost of requests with an earlier report")
        )
        parser.add_argument("--coverage", action="store_true", help=_("measure the coverage matrix, and no server"))
        parser.add_argument("--explain", action="store_true", help=_("print the database's plans, and measure nothing"))

    def handle(self, *args: Any, **options: Any) -> None:
        if find_spec("tests") is None or find_spec("tests.benchmarks") is None:
            raise CommandError(_("The benchmark is in tests/benchmarks/, which is not here: run it from a checkout."))
        if options["assets"] < 1 or options["seconds"] <= 0:
            raise CommandError(_("--assets and --seconds must be more than 0."))
        run = import_module("tests.benchmarks.run")
        failed = import_module("tests.benchmarks.failed")
        chosen = run.Options(**{name: options[name] for name in ("assets", "database", "seconds", "client", "compare")})
        try:
            if options["explain"]:
                run.explain(chosen, self._print)
            elif options["coverage"]:
                run.coverage(chosen, self._print)
            else:
                report = run.benchmark(chosen, self._print)
                if options["json"]:
                    options["json"].write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
        except failed.Failed as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted; what was made is deleted.")) from None

    def _print(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
