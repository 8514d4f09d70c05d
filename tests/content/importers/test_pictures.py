"""The pictures of a folder come along, once each, and only those that lie in it."""

import pytest

from content.models import Asset, Media, Source, Translation
from tests.content.importers.conftest import MAPPING, outcomes_of
from tests.pictures import PDF, media, picture

RED, BLUE = picture(size=(400, 300), colour="red"), picture(size=(40, 30), colour="blue", kind="JPEG")
SETTINGS = 'image = "{front.cover}"\nimage_alt = "{front.alt}"\n'
WITH_IMAGE = MAPPING + SETTINGS


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def stored_names(store):
    return sorted(path.name for path in store.rglob("*")) if store.exists() else []


def body(key="a", locale="en"):
    return Translation.objects.get(asset__source__key=key, locale__code=locale).body


def url(title):
    return Media.objects.get(title=title).url


def warnings(report):
    return {file["file"]: file["warnings"] for file in report.files if file["warnings"]}


def test_pictures_become_media_under_their_own_address(importing):
    text = '# A\n\n![A *red* one](img/my%20red.png "Red")\n\n<img alt="x > y" width="9" src="/img/blue.jpg?v=1#top">\n'
    report = importing({"sub/a.md": text, "sub/img/my red.png": RED, "img/blue.jpg": BLUE})
    assert (outcomes_of(report), warnings(report), report.added) == ({"sub/a.md": "created"}, {}, ["2 pictures"])
    assert body("sub/a") == (
        f'<p><img src="{url("my red")}" alt="A red one" title="Red"></p>\n'
        f'<img alt="x &gt; y" width="9" src="{url("blue")}">'
    )


def test_a_picture_is_taken_once_whatever_it_is_called(importing):
    text = "# A\n\n![](red.png)![](copy.png)![](./sub/../red.png)"
    files = {"a.md": text, "b.md": "# B\n\n![](red.png)", "red.png": RED, "copy.png": RED}
    importing(files)
    assert (Media.objects.count(), body().count(Media.objects.get().url)) == (1, 3)


def test_what_an_editor_uploaded_before_is_not_taken_again(importing):
    image = media("my own.png", RED)
    report = importing({"a.md": "# A\n\n![](red.png)", "red.png": RED})
    assert (Media.objects.count(), image.url in body(), report.added) == (1, True, [])


def test_a_second_run_changes_nothing(importing, store):
    files = {"a.md": "---\ncover: red.png\nalt: Red\n---\n# A\n\n![](blue.jpg)", "red.png": RED, "blue.jpg": BLUE}
    importing(files, WITH_IMAGE, publish=True)
    before = (stored_names(store), Source.objects.get().hashes)
    report = importing({}, WITH_IMAGE, publish=True)
    assert (outcomes_of(report), report.totals["published"]) == ({"a.md": "unchanged"}, 0)
    assert (stored_names(store), Source.objects.get().hashes) == before


def test_a_dry_run_keeps_no_files(importing, store):
    image = media("kept.jpg", BLUE)
    files = {"a.md": "# A\n\n![](red.png)![](blue.jpg)", "red.png": RED, "blue.jpg": BLUE}
    report = importing(files, dry_run=True)
    assert (report.added, list(Media.objects.all()), stored_names(store)) == (
        ["1 picture"],
        [image],
        sorted(image.files),
    )


def test_other_servers_pictures_are_left_where_they_are(importing):
    text = f"# A\n\n![](https://x.example/a.png)![](//x.example/b.png)![](/media/{'0' * 32}.png)"
    report = importing({"a.md": text})
    assert (warnings(report), Media.objects.count()) == ({}, 0)
    assert [address in body() for address in ("https://x.example/a.png", "//x.example/b.png", "0" * 32)] == [True] * 3


@pytest.mark.parametrize(
    "address",
    [
        *("gone.png", "/gone.png", "../outside.png", "/../outside.png", "%2e%2e/outside.png"),
        *("link.png", "linked/outside.png", "loop.png", "a%00.png", "x" * 300 + ".png", "."),
    ],
)
def test_what_is_not_in_the_folder_is_a_warning(importing, tmp_path, address):
    (tmp_path / "outside.png").write_bytes(RED)
    root = tmp_path / "files"
    (root / "link.png").symlink_to(tmp_path / "outside.png")
    (root / "linked").symlink_to(tmp_path)
    (root / "loop.png").symlink_to(root / "loop.png")
    report = importing({"a.md": f"# A\n\n![Red]({address})"})
    assert (outcomes_of(report), Media.objects.count()) == ({"a.md": "created"}, 0)
    assert [len(lines) for lines in warnings(report).values()] == [1]
    assert "It is not in the folder." in warnings(report)["a.md"][0]
    assert f'src="{address}"' in body()


def test_a_picture_that_is_refused_is_a_warning_of_every_page_with_it(importing, settings):
    settings.MEDIA_MAX_MB = 1
    files = {
        "a.md": "# A\n\n![](bad.svg)![](bad.png)![](empty.png)![](price.pdf)![](large.png)![](ok.png)",
        "b.md": "# B\n\n![](bad.svg)",
        "bad.svg": "<svg/>",
        "bad.png": RED[:-30],
        "empty.png": b"",
        "price.pdf": PDF,
        "large.png": RED + b"\0" * 1_000_000,
        "ok.png": RED,
    }
    report = importing(files)
    assert outcomes_of(report) == {"a.md": "created", "b.md": "created"}
    message = "This type of file cannot be used. Upload one of: JPEG, PNG, WebP, GIF and AVIF pictures, and PDF files."
    assert warnings(report) == {
        "a.md": [
            f"picture “bad.svg”: {message}",
            "picture “bad.png”: The picture cannot be read: it is damaged or incomplete.",
            "picture “empty.png”: The file is empty.",
            "picture “price.pdf”: It is not a picture.",
            "picture “large.png”: The file has 1.0 MB; at most 1 MB are allowed.",
        ],
        "b.md": [f"picture “bad.svg”: {message}"],
    }
    assert [one.title for one in Media.objects.all()] == ["ok"]


def test_a_mapping_names_the_picture_of_an_asset(importing):
    files = {
        "a.en.md": "---\ncover: red.png\nalt: Red\n---\n# A",
        "a.nb.md": "---\ncover: blue.jpg\nalt: Rød\n---\n# A",
        "red.png": RED,
        "blue.jpg": BLUE,
    }
    report = importing(files, WITH_IMAGE, publish=True)
    asset = Asset.objects.get()
    texts = dict(asset.translations.values_list("locale__code", "image_alt"))
    assert (asset.image.title, texts, report.totals["published"]) == ("red", {"en": "Red", "nb": "Rød"}, 2)
    importing({"a.en.md": "# A"}, WITH_IMAGE)
    asset.refresh_from_db()
    assert (asset.image, asset.translations.get(locale__code="en").image_alt) == (None, "")


@pytest.mark.parametrize(
    ("cover", "message"),
    [
        ("https://x.example/a.png", "picture “https://x.example/a.png”: only pictures in the folder are imported"),
        ("gone.png", "picture “gone.png”: It is not in the folder."),
        ("[1]", "image: write the path of a picture in the folder"),
    ],
)
def test_an_asset_whose_picture_cannot_be_taken_has_none(importing, cover, message):
    report = importing({"a.md": f"---\ncover: {cover}\n---\n# A"}, WITH_IMAGE)
    assert (outcomes_of(report), warnings(report)) == ({"a.md": "created"}, {"a.md": [message]})
    assert Asset.objects.get().image is None


def test_a_picture_that_an_editor_chose_is_not_replaced(importing):
    files = {"a.md": "---\ncover: red.png\nalt: Red\n---\n# A", "red.png": RED, "blue.jpg": BLUE}
    importing(files, WITH_IMAGE)
    Asset.objects.update(image=media("own.png"))
    Translation.objects.update(image_alt="Mine")
    changed = {"a.md": "---\ncover: blue.jpg\nalt: Blue\n---\n# A"}
    assert outcomes_of(importing(changed, WITH_IMAGE)) == {"a.md": "refused"}
    assert outcomes_of(importing(changed, WITH_IMAGE, overwrite=True)) == {"a.md": "updated"}
    assert (Asset.objects.get().image.title, Translation.objects.get().image_alt) == ("blue", "Blue")


def test_bulk_lines_name_media_that_are_there(loading):
    image = media()
    text = {"locale": "en", "slug": "a", "title": "A", "image_alt": "Red"}
    line = {"key": "a", "kind": "blog-post", "image": {"media": image.name}, "translations": [text]}
    wrong = {**line, "key": "b", "image": {"media": "x.png"}}
    file = {**line, "key": "c", "image": {"media": media("a.pdf", PDF).name}}
    outcomes = loading(line, wrong, file)
    assert [(o.word, o.refused) for o in outcomes.values()] == [
        ("created", []),
        ("refused", ["Unknown media “x.png”."]),
        ("refused", ["image: Choose a picture."]),
    ]
    assert (Asset.objects.get().image, Translation.objects.get().image_alt) == (image, "Red")
