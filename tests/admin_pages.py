"""Short ways to open pages of the admin, to read what they say, and to post their forms."""

import re

from django.contrib.messages import get_messages
from django.urls import reverse


def page(name, *args):
    return reverse(f"admin:{name}", args=args)


def messages_of(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def publish_from_list(client, *assets):
    """Chooses them in the list, and says yes on the page that asks: its answer."""
    chosen = {"action": "publish_now", "_selected_action": [asset.pk for asset in assets]}
    return client.post(client.post(page("content_asset_changelist"), chosen)["Location"])


def errors(response):
    return {name: list(lines) for name, lines in response.context["adminform"].form.errors.items()}


def form_of(client, address):
    """What the form at ``address`` would post if nobody touched it."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    data = {}
    for formset in (found.formset for found in context["inline_admin_formsets"]):
        forms += [formset.management_form, *formset.forms]
    for bound in (bound for each in forms for bound in each):
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            data |= {f"{bound.html_name}_{index}": part for index, part in enumerate(parts)}
        else:
            data[bound.html_name] = value
    return {name: value for name, value in data.items() if value is not None and value is not False}


def page_of(thing):
    return page(f"content_{thing._meta.model_name}_change", thing.pk)


def text_of(response):
    """The page as somebody reads it: without tags, one space between words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
