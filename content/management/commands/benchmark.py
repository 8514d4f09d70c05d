import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Measures requests/s and CPU per request of the real server, on made-up assets in a database of its own."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--assets", type=int, default=10_000)
        parser.add_argument("--database", metavar="URL", help="postgres://… to make it on; by default a SQLite file")
        parser.add_argument("--seconds", type=float, default=5, help="for which each case is measured")
        parser.add_argument("--client", choices=("auto", "wrk", "bundled"), default="auto", help="the load generator")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there as well")
        parser.add_argument(
            "--compare", type=Path, metavar="FILE", help="hold what a request costs to an earlier report"
        )
        parser.add_argument("--coverage", action="store_true", help="measure the coverage matrix, and no server")
        parser.add_argument("--explain", action="store_true", help="print the database's plans, and measure nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if find_spec("tests") is None or find_spec("tests.benchmarks") is None:
            raise CommandError("The benchmark is in tests/benchmarks/, which is not here: run it from a checkout.")
        if options["assets"] < 1 or options["seconds"] <= 0:
            raise CommandError("--assets and --seconds must be more than nothing.")
        run = import_module("tests.benchmarks.run")
        failed = import_module("tests.benchmarks.failed")
        wanted = run.Options(**{name: options[name] for name in ("assets", "database", "seconds", "client", "compare")})
        try:
            if options["explain"]:
                run.explain(wanted, self._tell)
            elif options["coverage"]:
                run.coverage(wanted, self._tell)
            else:
                report = run.benchmark(wanted, self._tell)
                if options["json"]:
                    options["json"].write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
        except failed.Failed as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("Interrupted; what was made is gone.") from None

    def _tell(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
