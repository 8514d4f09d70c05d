"""Which pages there are, at which addresses, and what each is called."""

from django.conf import settings
from django.urls import reverse

# By address: the file, and what it is called in the navigation. A file that is not deployed has no page.
PAGES = {
    "": ("README.md", "Overview"),
    "operators": ("config/README.md", "For operators"),
    "front-ends": ("content/api/README.md", "For front-ends"),
    "editors": ("content/admin/README.md", "For editors and analysts"),
    "importing": ("content/importers/README.md", "Bringing your content"),
    "architecture": ("content/README.md", "Architecture"),
    "tests": ("tests/README.md", "Tests"),
    "contributing": (".github/CONTRIBUTING.md", "Contributing"),
    "decisions": ("content/decisions/README.md", "Decisions"),
    "changelog": ("CHANGELOG.md", "Changelog"),
    "security": (".github/SECURITY.md", "Security"),
}
DECISIONS = "content/decisions"


def page_files() -> dict[str, str]:
    """Every page by its address under ``/docs/``, as the path of its file in the repository."""
    files = {name: file for name, (file, _) in PAGES.items() if (settings.ROOT / file).is_file()}
    decisions = sorted((settings.ROOT / DECISIONS).glob("*.md"))
    return files | {
        f"decisions/{path.stem}": f"{DECISIONS}/{path.name}" for path in decisions if path.name != "README.md"
    }


def address_of(name: str) -> str:
    return reverse("documentation-page", args=[name]) if name else reverse("documentation")
