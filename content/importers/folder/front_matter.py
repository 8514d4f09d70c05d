"""Front matter: splits a text into its YAML or TOML, and the rest."""

import json
import re
import tomllib
from collections import Counter
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from frontmatter.default_handlers import BaseHandler, YAMLHandler

MOST_ALIASES = 20  # of aliases within aliases a small file becomes a huge one
TOML_LINE = re.compile(r"line (\d+)")
BOOLEAN = "tag:yaml.org,2002:bool"


class Toml(BaseHandler):  # type: ignore[misc]  # the library has no types
    """``+++`` front matter, by the standard library."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str, **kwargs: object) -> Any:
        return tomllib.loads(fm)


class Loader(yaml.SafeLoader):
    """The pure-Python loader, so that every machine accepts the same files; the last of two equal keys counts.

    Only ``true`` and ``false`` are booleans, as in YAML 1.2: ``no`` is Norwegian.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[str] = []
        self.aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.aliases += self.check_event(yaml.AliasEvent)
        if self.aliases > MOST_ALIASES:
            raise yaml.YAMLError(_("more than %(count)d aliases") % {"count": MOST_ALIASES})
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """The value of ``node``; a refusal names its line, whatever went wrong."""
        try:
            return super().construct_object(node, deep=deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception as error:
            problem = _("“%(value)s” cannot be read (%(error)s)")
            problem %= {"value": str(node.value)[:80], "error": type(error).__name__}
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        self.repeated += [key for key, count in Counter(str(key) for key in keys).items() if count > 1]
        return super().construct_mapping(node, deep=deep)

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        """The date; a day that does not exist stays a text, which is refused where a date is needed."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            return node.value


# A copy without YAML 1.1's booleans: the table of the base class is shared by every loader in the process.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOLEAN]
    for first, resolvers in Loader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(BOOLEAN, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_timestamp)


def split_front_matter(text: str, warnings: list[str]) -> tuple[dict[str, Any], str]:
    """The front matter of ``text``, as JSON would have it, and the rest; dates are texts.

    Blank lines may come before it, and there may be none. Refuses (``front_matter``) what cannot be read, with
    the line; keys that are given twice are added to ``warnings``.
    """
    start = len(text) - len(text.lstrip())
    trimmed = text[start:]
    first_line = text[:start].count("\n") + 1
    for handler in (YAMLHandler(), Toml()):
        if not handler.detect(trimmed):
            continue
        try:
            matter, rest = handler.split(trimmed)
        except ValueError:
            continue  # a rule or a heading underline, never closed
        data = _load(handler, matter, first_line, warnings)
        if data is None:
            return {}, rest
        if not isinstance(data, dict):
            message = _("The front matter (line %(line)d) has no keys; write each as “key: value”.")
            raise ValidationError(message % {"line": first_line}, code="front_matter")
        return _as_json(data, first_line), rest
    return {}, text


def _load(handler: BaseHandler, matter: str, first_line: int, warnings: list[str]) -> Any:
    try:
        if isinstance(handler, Toml):
            return handler.load(matter)
        loader = Loader(matter)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = getattr(error, "problem", None) or str(error)
        line = first_line + _lines_in(error)
        message = _("Front matter, line %(line)d: %(reason)s.") % {"line": line, "reason": reason}
        raise ValidationError(message, code="front_matter") from error
    repeated = _("front matter: “%(key)s” is given twice, the last one counts")
    warnings += [repeated % {"key": key} for key in loader.repeated]
    return data


def _lines_in(error: Exception) -> int:
    """How many lines below the fence the fault is; 0 if it does not say."""
    if mark := getattr(error, "problem_mark", None):
        return int(mark.line)
    line = TOML_LINE.search(str(error)) if isinstance(error, tomllib.TOMLDecodeError) else None
    return int(line[1]) - 1 if line else 0


def _as_json(data: dict[Any, Any], first_line: int) -> dict[str, Any]:
    try:
        by_name = {str(key): value for key, value in data.items()}
        return dict(json.loads(json.dumps(by_name, default=_text, allow_nan=False)))
    except (ValueError, TypeError, RecursionError) as error:
        message = _("Front matter (line %(line)d): %(reason)s.") % {"line": first_line, "reason": error}
        raise ValidationError(message, code="front_matter") from error


def _text(value: object) -> str:
    """Dates as ISO 8601, everything else as it prints."""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
