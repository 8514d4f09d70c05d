"""Uploads are untrusted: what is kept of them, under which name, how it is served, and when it goes."""

import hashlib
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from content.media.files import add_media, remove_media
from content.models import Asset, Edition, Media, Translation
from content.publishing.publish import check, publish, restore, withdraw
from content.renditions import renditions
from tests.drafts import draft
from tests.pictures import PDF, animation, bomb, media, opened, photo, picture

pytestmark = pytest.mark.django_db
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "bytes",
}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """An empty folder for the files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def stored_names(store):
    return sorted(path.name for path in store.rglob("*")) if store.exists() else []


def stored(media_file: Media, number: int = 0) -> bytes:
    """What lies in the storage: of a picture and its renditions the one of that number."""
    with default_storage.open(media_file.files[number]) as file:
        return file.read()


def refused(data, filename):
    with pytest.raises(ValidationError) as refusal:
        add_media(data, filename=filename)
    return refusal.value.code


def test_a_picture_becomes_a_row_and_files_under_a_name_of_its_own(store, admin_user):
    data = picture(size=(700, 500))
    image = add_media(data, filename="C:\\photos\\my_first-grill.PNG", by=admin_user)
    assert re.fullmatch("[0-9a-f]{32}[.]png", image.name)
    row = Media.objects.values("title", "mime", "width", "height", "focal_x", "focal_y", "digest", "by").get()
    assert row == {
        **{"title": "my first grill", "mime": "image/png", "width": 700, "height": 500, "focal_x": 0.5, "focal_y": 0.5},
        **{"digest": hashlib.sha256(data).hexdigest(), "by": admin_user.pk},
    }
    stem = image.name.removesuffix(".png")
    assert stored_names(store) == sorted([image.name, f"{stem}-w320.webp", f"{stem}-w640.webp"])
    assert image.size == len(stored(image))
    assert opened((store / f"{stem}-w320.webp").read_bytes()).size == (320, 229)


@pytest.mark.parametrize(
    ("width", "widths"), [(320, []), (321, [320]), (1920, [320, 640, 960, 1280]), (2000, [320, 640, 960, 1280, 1920])]
)
def test_renditions_are_narrower_than_the_picture(width, widths):
    image = media(size=(width, 10))
    assert [narrower for _, narrower in renditions(image.name, image.width)] == widths
    sizes = [opened(stored(image, number + 1)).width for number in range(len(widths))]
    assert sizes == widths


@pytest.mark.parametrize(
    ("kind", "filename", "mime"),
    [
        ("JPEG", "a.jpeg", "image/jpeg"),
        ("PNG", "a.png", "image/png"),
        ("WEBP", "a.webp", "image/webp"),
        ("GIF", "a.gif", "image/gif"),
        ("AVIF", "a.avif", "image/avif"),
        ("MPO", "a.jpg", "image/jpeg"),
    ],
)
def test_each_format_stays_what_it_is(kind, filename, mime):
    image = add_media(picture(size=(50, 40), kind=kind), filename=filename)
    assert (image.mime, opened(stored(image)).size) == (mime, (50, 40))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_each_kind_of_pixel_is_taken(mode):
    image = media(size=(400, 4), mode=mode, colour=None)
    expected = {"LA": "RGBA", "1": "L", "I;16": "L", "P": "RGB"}.get(mode, mode)
    assert (image.width, opened(stored(image)).mode) == (400, expected)


def test_sixteen_bits_keep_their_brightness():
    assert opened(stored(media(size=(4, 4), mode="I;16", colour=0x8080))).getpixel((0, 0)) == 128


def test_a_printers_picture_becomes_one_for_screens():
    image = add_media(picture(size=(40, 40), kind="JPEG", mode="CMYK", colour=(0, 255, 255, 0)), filename="a.jpg")
    assert opened(stored(image)).mode == "RGB"


def test_place_maker_and_comments_are_gone_and_the_picture_stands_upright():
    data = photo(orientation=6)
    assert b"Kari" in data
    image = add_media(data, filename="a.jpg")
    upright = opened(stored(image))
    assert (upright.size, dict(upright.getexif()), upright.info.keys() & {"exif", "xmp", "comment", "icc_profile"}) == (
        (40, 60),
        {},
        set(),
    )
    assert b"Kari" not in stored(image)
    assert b"Telephone" not in stored(image)
    red, blue = upright.getpixel((20, 5)), upright.getpixel((20, 55))
    assert (red[0] > 200, blue[2] > 200) == (True, True)


def test_words_in_a_png_are_gone_and_its_transparency_is_kept():
    info = PngInfo()
    info.add_text("Author", "Kari")
    image = media(size=(400, 300), mode="RGBA", colour=(255, 0, 0, 64), pnginfo=info)
    assert (opened(stored(image)).getpixel((0, 0)), b"Kari" in stored(image)) == ((255, 0, 0, 64), False)
    assert opened(stored(image, 1)).getpixel((0, 0))[3] == 64


def test_colours_are_those_of_srgb():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    first = media(size=(4, 4), colour=(10, 200, 30), icc_profile=srgb)
    broken = media(size=(4, 4), colour=(10, 200, 30), icc_profile=b"no profile")
    pictures = [opened(stored(each)) for each in (first, broken)]
    assert [(image.getpixel((0, 0)), "icc_profile" in image.info) for image in pictures] == [((10, 200, 30), False)] * 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_keeps_its_frames(kind):
    first = add_media(animation(kind), filename=f"a.{kind.lower()}")
    pictures = [opened(stored(first, number)) for number in (0, 1)]
    assert [(image.n_frames, image.info.get("loop")) for image in pictures] == [(3, 0)] * 2
    pictures[1].seek(2)
    pictures[1].load()
    assert pictures[1].info["duration"] == 300


def test_what_hides_behind_a_picture_is_gone():
    image = add_media(picture() + HTML, filename="a.png")
    assert b"script" not in stored(image)


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (HTML, "a.html", "media_type"),
        (HTML, "a.png", "media_type"),
        (SVG, "a.svg", "media_type"),
        (SVG, "a.png", "media_type"),
        (b"PK\x03\x04rest", "a.zip", "media_type"),
        (picture(), "a.jpg", "media_type"),
        (picture(), "a.png.html", "media_type"),
        (picture(), "png", "media_type"),
        (PDF, "a.png", "media_type"),
        (b"", "a.png", "media_empty"),
        (PDF[:20], "a.pdf", "media_broken"),
        (picture()[:-30], "a.png", "media_broken"),
        (picture()[:20], "a.png", "media_broken"),
        (picture(kind="JPEG", size=(900, 900))[:900], "a.jpg", "media_broken"),
        (picture(kind="AVIF")[:60], "a.avif", "media_broken"),
        (b"GIF89a" + HTML, "a.gif", "media_broken"),
        (b"\xff\xd8\xff" + HTML, "a.jpg", "media_broken"),
        (bomb(100_000, 100_000), "a.png", "media_too_many_pixels"),
        (bomb(9_000, 9_000), "a.png", "media_too_many_pixels"),
        (bomb(7_100, 7_100), "a.png", "media_too_many_pixels"),
        (bomb(20_000, 1), "a.png", "media_too_many_pixels"),
        (bomb(7_000, 7_000), "a.png", "media_broken"),
    ],
)
def test_what_is_refused_leaves_nothing(store, data, filename, code):
    assert refused(data, filename) == code
    assert (Media.objects.count(), stored_names(store)) == (0, [])


def test_a_large_file_is_refused_before_it_is_read(settings, store):
    settings.MEDIA_MAX_MB = 1
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = 1_000_001
    assert (refused(upload, "a.pdf"), upload.tell()) == ("media_too_large", 0)


def test_too_many_frames_are_refused(monkeypatch):
    monkeypatch.setattr("content.media.pictures.MOST_PIXELS", 400 * 300 * 2)
    assert refused(animation("GIF"), "a.gif") == "media_too_many_pixels"


def test_a_storage_that_fails_leaves_neither_row_nor_files(store, monkeypatch):
    save = type(default_storage._wrapped or default_storage)._save

    def fails(self, name, content):
        if "-w640" in name:
            raise OSError("The disk is full.")
        return save(self, name, content)

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", fails)
    with pytest.raises(OSError, match="full"):
        media()
    assert (Media.objects.count(), stored_names(store)) == (0, [])


def test_the_database_keeps_the_focal_point_within_the_picture():
    image = media()
    with pytest.raises(IntegrityError), transaction.atomic():
        Media.objects.filter(pk=image.pk).update(focal_x=1.01)


def test_a_picture_is_served_without_a_query(client, django_assert_num_queries):
    image = media()
    with django_assert_num_queries(0):
        answers = [client.get(f"/media/{name}") for name in image.files]
    assert [(a.status_code, a["Content-Type"], b"".join(a)) for a in answers] == [
        (200, "image/png", stored(image)),
        (200, "image/webp", stored(image, 1)),
        (200, "image/webp", stored(image, 2)),
    ]
    assert {name: answers[0][name] for name in HEADERS} == HEADERS
    assert (answers[0]["Content-Disposition"], answers[0]["ETag"], answers[0].get("Vary")) == (
        f'inline; filename="{image.name}"',
        f'"{image.name}"',
        None,
    )


def test_a_file_is_downloaded_under_its_title(client, django_assert_num_queries):
    image = add_media(PDF, filename="Vår prisliste.pdf")
    Media.objects.update(title='Vår "pris"\r\nliste/../x')
    with django_assert_num_queries(1):
        answer = client.get(image.url)
    assert {name: answer[name] for name in HEADERS} == HEADERS
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''V%C3%A5r%20%22pris%22%20liste-..-x.pdf"


def test_a_known_file_is_not_sent_again(client):
    image = media()
    answer = client.get(image.url, headers={"if-none-match": f'"{image.name}"'})
    assert (answer.status_code, answer.content, {name: answer[name] for name in HEADERS}) == (304, b"", HEADERS)


def test_the_head_alone_can_be_asked(client):
    image = media()
    answer = client.head(image.url)
    assert (answer.status_code, answer["Content-Length"], b"".join(answer)) == (200, str(image.size), b"")


@pytest.fixture
def parts(client):
    """What a file of a hundred different bytes answers to a request for a part."""
    image = add_media(b"%PDF-" + bytes(range(40, 130)) + b"%%EOF", filename="a.pdf")
    whole = stored(image)
    assert len(whole) == 100

    def ask(value, method="get", **headers):
        answer = getattr(client, method)(image.url, headers={"range": value, **headers})
        body = b"".join(answer)
        assert {name: answer[name] for name in HEADERS} == HEADERS
        where = whole.find(body) if body else None
        return answer.status_code, answer.get("Content-Range"), where, len(body), answer.get("Content-Length")

    return ask


WHOLE = (200, None, 0, 100, "100")


@pytest.mark.parametrize(
    ("byte_range", "answered"),
    [
        ("bytes=0-9", (206, "bytes 0-9/100", 0, 10, "10")),
        ("bytes=10-", (206, "bytes 10-99/100", 10, 90, "90")),
        ("bytes=-10", (206, "bytes 90-99/100", 90, 10, "10")),
        ("bytes=-1000", (206, "bytes 0-99/100", 0, 100, "100")),
        ("bytes=95-99", (206, "bytes 95-99/100", 95, 5, "5")),
        ("bytes=50-1000", (206, "bytes 50-99/100", 50, 50, "50")),
        ("bytes=100-", (416, "bytes */100", None, 0, "0")),
        ("bytes=100-200", (416, "bytes */100", None, 0, "0")),
        ("bytes=-0", (416, "bytes */100", None, 0, "0")),
        *((nonsense, WHOLE) for nonsense in ("bytes=9-0", "bytes=-", "bytes=0-9,20-29", "lines=0-9", "bytes=a-b", "")),
        (f"bytes={'9' * 400}-", WHOLE),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(parts, byte_range, answered):
    assert parts(byte_range) == answered


def test_a_part_is_of_the_file_that_was_named(parts, client):
    tag = f'"{Media.objects.get().name}"'
    assert parts("bytes=0-9", **{"if-range": tag})[0] == 206
    assert parts("bytes=0-9", **{"if-range": '"another"'}) == WHOLE
    assert parts("bytes=0-9", "head") == (200, None, None, 0, "100")
    assert client.get(Media.objects.get().url, headers={"range": "bytes=0-9", "if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent(client, method):
    answer = getattr(client, method)(media().url)
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:waymark:problem:method-not-allowed")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "..%2fmanage.py",
        "../manage.py",
        "x.png",
        f"{'0' * 32}.png",
        f"{'0' * 32}.pdf",
        f"{'0' * 32}.svg",
        f"{'0' * 32}-w640.webp",
        f"{'0' * 32}-w641.webp",
        f"{'0' * 32}-w640.png",
        f"{'0' * 32}.png/",
        f"{'0' * 32}.png%00",
        f"{'0' * 32}.png%0a",
        f"{'A' * 32}.png",
    ],
)
def test_what_is_not_there_is_the_404_of_everything(client, store, path):
    media()
    answer = client.get(f"/media/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:waymark:problem:not-found")


def test_a_file_that_was_lost_is_a_404(client, store):
    first, other = media(), add_media(PDF, filename="a.pdf")
    (store / first.name).unlink()
    (store / other.name).unlink()
    (store / other.name).mkdir()
    assert [client.get(each.url).status_code for each in (first, other)] == [404, 404]


@pytest.fixture
def asset(world):
    """An asset with a picture and a text in two languages."""
    asset = draft("think", locales=("en", "nb"), slug="grill")
    asset.image = media(size=(700, 500))
    asset.image.focal_x = 0.25
    asset.image.save()
    asset.save()
    asset.translations.filter(locale__code="en").update(image_alt="A grill")
    asset.translations.filter(locale__code="nb").update(image_alt="En grill")
    return asset


def fetched(client, path):
    """The status of a file, and its bytes."""
    answer = client.get(path)
    return answer.status_code, b"".join(answer)


def image_in(api, asset, locale="en"):
    return api.get(f"/api/v1/content/{asset.public_id}/", {"locale": locale}).json()["image"]


def test_readers_get_the_picture_with_its_words_in_their_language(api, asset):
    publish(asset)
    stem = asset.image.name.removesuffix(".png")
    expected = {
        "url": f"/media/{asset.image.name}",
        "alt": "A grill",
        "width": 700,
        "height": 500,
        "focal_point": {"x": 0.25, "y": 0.5},
        "renditions": [
            {"url": f"/media/{stem}-w320.webp", "width": 320},
            {"url": f"/media/{stem}-w640.webp", "width": 640},
        ],
    }
    assert image_in(api, asset) == expected
    assert image_in(api, asset, "nb") == {**expected, "alt": "En grill"}
    urls = [file["url"] for file in [expected, *expected["renditions"]]]
    assert [fetched(api, url) for url in urls] == [(200, stored(asset.image, number)) for number in range(3)]


def test_an_edition_keeps_its_picture_and_a_restored_one_gives_it_back(api, asset):
    [first, _] = publish(asset)
    before = image_in(api, asset)
    asset.image.focal_x = 0.75
    asset.image.save()
    Asset.objects.update(image=None)
    assert image_in(api, asset) == before
    publish(Asset.objects.get())
    assert image_in(api, asset) is None
    restore(first)
    assert image_in(api, asset) == before


def test_a_document_frozen_before_there_were_pictures_has_none(api, world):
    asset = draft("think")
    [edition] = publish(asset)
    copy = Edition.objects.get(pk=edition.pk)
    old = bytes(copy.document).replace(b'"image":null,', b"")
    assert old != bytes(copy.document)
    copy.pk, copy.number, copy.document = None, 2, old
    copy.live_from = copy.live_until = copy.asked_until = copy.live_from
    copy.save()
    restore(copy)
    assert image_in(api, asset) is None


def test_the_picture_of_a_draft_is_named_nowhere_in_public(api, asset):
    Translation.objects.update(body=f'<img src="/media/{media().name}">')
    publish(draft("think", slug="other"))
    paths = [
        "content/",
        "content/?include=next_steps",
        f"content/{asset.public_id}/",
        "journeys/",
        "kinds/",
        "",
    ]
    answers = [api.get(f"/api/v1/{path}").content.decode() for path in paths]
    assert not any(one.uid.hex in answer for one in Media.objects.all() for answer in answers)


def test_only_a_picture_stands_for_an_asset(world):
    asset = draft("think")
    asset.image = add_media(PDF, filename="a.pdf")
    with pytest.raises(ValidationError) as refusal:
        asset.save()
    assert refusal.value.error_dict["image"][0].code == "image_not_a_picture"


def test_a_picture_without_words_is_warned_of_in_each_language(asset):
    asset.translations.filter(locale__code="nb").update(image_alt="")
    found = [(finding.code, finding.locale, finding.weight) for finding in check(asset)]
    assert [finding for finding in found if finding[0] == "image_alt_missing"] == [
        ("image_alt_missing", "nb", "warning")
    ]


def removable(image):
    try:
        remove_media([image])
    except ValidationError as refusal:
        return refusal.code
    return "removed"


@pytest.mark.parametrize("published", [False, True], ids=["draft", "published"])
@pytest.mark.parametrize("use", ["image", "body", "rendition", "link", "field", "shared", "step"])
def test_what_is_used_cannot_be_removed(store, world, kind, use, published):
    image = media()
    text = {"type": "string"}
    kind.schema = {"type": "object", "properties": {"own": text, "all": {**text, "x-localized": False}}}
    kind.save()
    body = {
        "body": f'<p><img src="https://cms.example/media/{image.name}" alt=""></p>',
        "rendition": f'<img src="{image.thumbnail}">',
        "link": f'<a href="{image.url}">Get it</a>',
    }.get(use, "")
    steps = (("learn_more", image.url),) if use == "step" else (("learn_more", "/more"),)
    asset = draft("think", body=body, steps=steps, fields={"own": image.url} if use == "field" else {})
    if use == "shared":
        asset.fields = {"all": image.url}
    if use == "image":
        asset.image = image
    asset.save()
    if published:
        publish(asset)
        withdraw(asset)
        Asset.objects.update(image=None, fields={})
        Translation.objects.update(body="", fields={})
        asset.translations.get().next_steps.update(target_url="/more")
    assert (removable(image), stored_names(store)) == ("media_in_use", sorted(image.files))


def test_what_is_removed_takes_its_files_along_after_the_commit(store, django_capture_on_commit_callbacks):
    image = media()
    with django_capture_on_commit_callbacks() as callbacks:
        remove_media([image])
    assert (Media.objects.count(), len(stored_names(store))) == (0, 3)
    for callback in callbacks:
        callback()
    assert stored_names(store) == []


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "TGA", "EPS"])
def test_other_formats_that_pillow_knows_are_refused(kind):
    assert refused(picture(kind=kind), f"a.{kind.lower()}") == "media_type"
