"""Media in the editors' hands: uploading, choosing, finding and deleting, with refusals in words."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.models import Asset, Media, Translation
from content.publishing.publish import publish
from tests.admin_pages import errors, form_of, messages_of, page
from tests.drafts import draft
from tests.pictures import PDF, bomb, media, picture

pytestmark = pytest.mark.django_db
ADD, LIST = page("content_media_add"), page("content_media_changelist")


@pytest.fixture
def client(admin_client):
    return admin_client


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def file(name="grill.png", data=None):
    return SimpleUploadedFile(name, picture() if data is None else data)


def change(item):
    return page("content_media_change", item.pk)


def test_one_file_is_added_and_goes_on_to_its_page(client, admin_user):
    response = client.post(ADD, {"files": [file("my-grill.png")]})
    image = Media.objects.get()
    assert (response.url, messages_of(response)) == (change(image), ["“my grill” added."])
    assert (image.by, b"".join(client.get(image.url))[:4]) == (admin_user, b"\x89PNG")


def test_several_files_are_added_at_once(client):
    response = client.post(ADD, {"files": [file("a.png"), file("b.png"), file("c.pdf", PDF)]})
    assert (response.url, messages_of(response)) == (LIST, ["3 files added."])
    assert sorted(one.title for one in Media.objects.all()) == ["a", "b", "c"]
    assert LogEntry.objects.filter(content_type__model="media").count() == 3


def test_a_file_chosen_for_an_asset_is_added_in_a_small_window(client):
    response = client.post(f"{ADD}?_popup=1", {"files": [file()], "_popup": "1"})
    assert (response.status_code, b"popup_response" in response.content) == (200, True)


def test_one_file_that_is_refused_keeps_them_all_out_in_words(client, store):
    files = [file("a.png"), file("b.svg", b"<svg/>"), file("c.png", bomb(9000, 9000)), file("d.png", b"")]
    response = client.post(ADD, {"files": files})
    assert errors(response) == {
        "files": [
            "b.svg: This type of file cannot be used. Upload one of: JPEG, PNG, WebP, GIF and AVIF pictures, "
            "and PDF files.",
            "c.png: The picture is too large: it may have 50 million pixels in all its frames, 16,383 a side, "
            "and 1,000 frames. Make it smaller.",
            "d.png: The file is empty.",
        ]
    }
    assert (Media.objects.count(), store.exists()) == (0, False)


def test_too_many_files_and_none_are_refused_in_words(client):
    assert errors(client.post(ADD, {})) == {"files": ["This field is required."]}
    assert errors(client.post(ADD, {"files": [file(data=b"x") for _ in range(21)]})) == {
        "files": ["You selected 21 files; 20 at a time is the limit."]
    }


def test_title_and_focal_point_are_changed_and_the_rest_is_not(client):
    image = media()
    data = form_of(client, change(image))
    assert sorted(data) == ["focal_x", "focal_y", "title"]
    client.post(change(image), {"title": "Ember One", "focal_x": "0.25", "focal_y": "1", "name": "x", "digest": "x"})
    after = Media.objects.get()
    assert (after.title, after.focal_x, after.focal_y) == ("Ember One", 0.25, 1)
    assert (after.name, after.digest) == (image.name, image.digest)


@pytest.mark.parametrize("value", ["1.1", "-0.1", "nan", "inf", "x"])
def test_a_focal_point_beside_the_picture_is_refused_in_words(client, value):
    response = client.post(change(media()), {"title": "A", "focal_x": value, "focal_y": "0.5"})
    assert list(errors(response)) == ["focal_x"]


def test_a_file_has_no_focal_point(client):
    assert sorted(form_of(client, change(media("a.pdf", PDF)))) == ["title"]


def test_media_are_found_by_title_and_address(client):
    first, _ = media("ember.png"), media("kettle.png")
    found = [client.get(LIST, {"q": word}).context["cl"].result_list for word in ("embe", first.uid.hex[:12])]
    assert found == [[first], [first]]


def test_the_list_counts_the_assets_that_use_each(client, world):
    first, other = media("one.png"), media("other.png")
    asset = draft("think", body=f'<img src="{first.url}">')
    asset.image = first
    asset.save()
    publish([asset, draft("think", body=f'<a href="{first.url}">x</a>')])
    counts = {media: media.asset_count for media in client.get(LIST).context["cl"].result_list}
    assert counts == {first: 2, other: 0}


def test_the_picture_of_an_asset_is_chosen_among_pictures(client, world):
    first, file = media("ember.png"), media("ember.pdf", PDF)
    asset = draft("think")
    query = {"app_label": "content", "model_name": "asset", "field_name": "image", "term": "ember"}
    found = client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [result["id"] for result in found] == [str(first.pk)]
    address = page("content_asset_change", asset.pk)
    response = client.post(address, form_of(client, address) | {"image": file.pk})
    assert list(errors(response)) == ["image"]
    client.post(address, form_of(client, address) | {"image": first.pk})
    assert Asset.objects.get().image == first
    assert first.thumbnail in client.get(address).content.decode()


def test_what_it_shows_is_written_with_each_text(client, world):
    asset = draft("think")
    asset.image = media()
    asset.save()
    address = page("content_translation_change", asset.translations.get().pk)
    assert asset.image.thumbnail in client.get(address).content.decode()
    client.post(address, form_of(client, address) | {"image_alt": "A grill"})
    assert Translation.objects.get().image_alt == "A grill"


def test_a_text_with_a_picture_is_written_as_html_and_keeps_it(client, world):
    body = f'<p>Hot <img src="{media().url}" alt="A grill"></p>'
    text = draft("think", body=body).translations.get()
    address = page("content_translation_change", text.pk)
    client.post(address, form_of(client, address) | {"title": "Other"})
    text.refresh_from_db()
    assert (text.title, text.body) == ("Other", body)


def test_unused_media_are_deleted_with_their_files(client, store, django_capture_on_commit_callbacks):
    first, two, three = media(), media(), media()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("content_media_delete", first.pk), {"post": "yes"})
        client.post(LIST, {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"})
    assert list(Media.objects.all()) == [three]
    assert sorted(path.name for path in store.iterdir()) == sorted(three.files)


@pytest.mark.parametrize("use", ["image", "body"])
def test_used_media_cannot_be_deleted_and_say_why(client, world, use):
    image = media("ember.png")
    asset = draft("think", title="Grills", body=f'<img src="{image.url}">' if use == "body" else "")
    asset.image = image if use == "image" else None
    asset.save()
    response = client.post(page("content_media_delete", image.pk), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    by = {"image": "by 1 asset", "body": "in the text of “Grills” (en)"}[use]
    way_out = "First remove it there. Published editions keep their pictures."
    assert messages_of(response) == [f"“ember” is used {by} and cannot be deleted. {way_out}"]
    assert Media.objects.get() == image
