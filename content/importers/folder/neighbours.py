"""Turns the links between the files of a folder into links by the key of their target."""

from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from content.links import key_reference, rewritten

SUFFIXES = ("", ".md", ".mdx", ".markdown", ".html", "/index.md", "/_index.md", "/index.mdx", "/index.html")


class Neighbours:
    """The files of a folder by path, each with the group it belongs to."""

    def __init__(self, groups: dict[str, str]) -> None:
        self.groups = groups

    def link(self, body: str, path: str) -> str:
        """The ``body`` of the file at ``path`` with its links to other files of the folder by key; others unchanged."""
        return rewritten(body, lambda href: self._reference(href, PurePosixPath(path)))

    def _reference(self, href: str, page: PurePosixPath) -> str | None:
        """The address by key of what ``href`` in ``page`` leads to; ``None`` to leave it as it is."""
        try:
            parts = urlsplit(href)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or parts.query or not parts.path:
            return None
        target = unquote(parts.path)
        from_root = target.startswith("/")
        path = normpath(target.lstrip("/") if from_root else (page.parent / target).as_posix())
        group = next((self.groups[f"{path}{end}"] for end in SUFFIXES if f"{path}{end}" in self.groups), None)
        if group is None or group == self.groups.get(page.as_posix()):
            return None
        return f"{key_reference(group)}{f'#{parts.fragment}' if parts.fragment else ''}"
