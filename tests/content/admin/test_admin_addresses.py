"""What may be asked of the admin by its addresses: what its pages declare, and nothing that makes them fall over."""

import re
from collections import Counter
from html import unescape
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.sites import site as default_site
from django.contrib.auth.models import Group, User
from django.db.models import DateField
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import RangeDateTimeFilter, RangeNumericFilter, TextFilter

from config.admin_site import Declared, RefusedAddress, Site
from content.accounts.roles import load_roles
from content.events.endpoints import add_endpoint, send_test
from content.models import Edition, Pin, Translation, WebhookEndpoint
from content.publishing.publish import publish
from content.sharing.share import share
from content.tokens import issue_token
from journeys.models import Journey
from tests.drafts import draft
from tests.factories import ChannelFactory, TouchpointFactory

pytestmark = pytest.mark.django_db
SUPERUSER = "Superuser"
ROLES = ("Analyst", "Integrator", "Author", "Publisher")
HUGE = "9" * 20
# Columns that hold what no page shows, by every way that leads to one.
SECRETS = [
    *("secret__regex=^whsec_A", "secret__startswith=whsec", "secret=a", "digest__startswith=a", "digest__gt=a"),
    *("document__contains=a", "document=a", "password__startswith=pbkdf2", "user__password__startswith=p"),
    *("created_by__password__startswith=p", "owner__password__regex=%28", "by__password__startswith=p"),
    *("endpoint__secret__startswith=whsec", "editions__document__contains=a", "previous_secret__isnull=0"),
]
UNDECLARED = [
    *("id__regex=%28", "id__exact=1", "id__in=1,2", "pk=1", "id=a", "fields__contains=a", "created_at__year=2026"),
    *("created_at__year=99999999999999999999", f"created_by={HUGE}", "name=%00", "slug=%00", "anything=1", "%00=1"),
    *("a__b__c=1", "translation__slug=%00", f"id__exact={HUGE}"),
]
UNREADABLE = [
    *("q=%00", "q=" + "+".join(["word"] * 1200), "q=" + "a" * 5000, "p=0", "p=-1", "p=a", f"p={HUGE}", "p="),
    *("o=" + ".".join(["1"] * 3000), "o=a", f"o={HUGE}", "o=1_0", "e=%00", "all=" + "1" * 99),
    *("_to_field=secret", "_to_field=nothing", "_to_field=%00", "_facets=%00", "_popup=%00"),
]
STRANGE_OBJECTS = [
    *("x%00/change/", f"{HUGE}/change/", f"{HUGE}/history/", f"{HUGE}/delete/", "%28/change/", "_00/change/"),
    *("a/b/change/", "1" + "0" * 5000 + "/change/", "٣/delete/", "x/history/", "1_0/change/", f"{HUGE}/move/change/"),
]
STRANGE_FORMS = [
    *("1/change/?_to_field=secret", "1/change/?_changelist_filters=%00%28", f"1/history/?p={HUGE}", f"add/?id={HUGE}"),
    *("add/?_to_field=secret&_popup=1", "add/?_changelist_filters=%00"),
]
LINK = re.compile(r'href="([^"#]+)')


def listed(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


MODELS = sorted(default_site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def people(world):
    load_roles()
    result_count = {SUPERUSER: User.objects.create_superuser("root")}
    for name in ROLES:
        result_count[name] = User.objects.create_user(name.lower(), is_staff=True)
        result_count[name].groups.add(Group.objects.get(name=name))
    return result_count


@pytest.fixture
def house(people):
    """Something of everything that has a list."""
    live, now = draft("see"), timezone.now()
    publish(live)
    touchpoint = TouchpointFactory(journey=Journey.objects.get(), channel=ChannelFactory())
    Pin.objects.create(touchpoint=touchpoint, asset=live)
    issue_token("Site", scopes=["preview"])
    endpoint = add_endpoint("Site", url="https://example.org/hook", at=now)[0]
    send_test(endpoint, at=now)
    share(Translation.objects.first(), lasting=7, by=people[SUPERUSER], at=now)
    return live


@pytest.fixture
def ask(client, house, people):
    """What an address of the admin answers to somebody; a fault of ours is a 500, and no exception."""
    client.raise_request_exception = False

    inside = [None]

    def answered(name, address, **posted):
        if inside != [name]:
            client.force_login(people[name])
            inside[:] = [name]
        return client.post(address, posted) if posted else client.get(address)

    return answered


@pytest.mark.slow
@pytest.mark.one_database
def test_a_list_takes_only_what_it_declares(ask):
    addresses = [f"{listed(model)}?{query}" for model in MODELS for query in [*SECRETS, *UNDECLARED]]
    statuses = {address: ask(SUPERUSER, address).status_code for address in addresses}
    assert statuses == dict.fromkeys(statuses, 400)


def test_a_list_refuses_what_it_cannot_read(ask):
    addresses = [f"{listed(model)}?{query}" for model in (User, Edition, Pin) for query in UNREADABLE]
    statuses = {address[:60]: ask(SUPERUSER, address).status_code for address in addresses}
    assert statuses == dict.fromkeys(statuses, 400)


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("role", ROLES)
def test_no_role_learns_of_a_column_that_no_page_shows(role, ask):
    for model in MODELS:
        plain = ask(role, listed(model)).status_code
        queries = SECRETS if plain == 200 else SECRETS[:1]
        statuses = {query: ask(role, f"{listed(model)}?{query}").status_code for query in queries}
        assert statuses == dict.fromkeys(statuses, {200: 400}.get(plain, plain))


def test_pages_of_objects_that_are_not_there_say_so(ask):
    addresses = [f"{listed(model)}{tail}" for model in MODELS for tail in STRANGE_OBJECTS]
    statuses = {address[:60]: ask(SUPERUSER, address).status_code for address in addresses}
    assert statuses == dict.fromkeys(statuses, 404)


def test_forms_refuse_what_they_cannot_read(ask):
    addresses = [f"{listed(model)}{tail}" for model in MODELS for tail in STRANGE_FORMS]
    statuses = {address: ask(SUPERUSER, address).status_code for address in addresses}
    assert set(statuses.values()) <= {400, 403}  # 403: nobody adds one by hand


def test_a_form_that_an_address_fills_in_takes_only_what_fits(ask):
    results = {}
    for model in MODELS:
        for field in model._meta.get_fields():
            if field.concrete and (field.remote_field or isinstance(field, DateField)):
                for value in ("(", "9999-12-31T23:59-12:00"):
                    address = f"{listed(model)}add/?{field.name}={value}"
                    results[address] = ask(SUPERUSER, address).status_code
    asks_for_the_kind_first = {address for address in results if address.startswith("/admin/content/asset/add/")}
    assert {results[address] for address in results.keys() - asks_for_the_kind_first} <= {400, 403}
    assert {results[address] for address in asks_for_the_kind_first} <= {200, 400}


def test_an_action_takes_only_what_can_be_chosen(ask):
    posted = [{"action": "delete_selected", ACTION_CHECKBOX_NAME: chosen} for chosen in ("a", HUGE, "\x00")]
    statuses = {f"{listed(m)} {one}": ask(SUPERUSER, listed(m), **one).status_code for m in MODELS for one in posted}
    assert statuses == dict.fromkeys(statuses, 400)


@pytest.mark.slow
@pytest.mark.one_database
def test_a_secret_is_not_guessed_letter_by_letter(ask):
    """Four lookups, 97 guesses each: 388 answers, each as the others of its lookup."""
    secret = WebhookEndpoint.objects.get().secret
    assert secret.startswith("whsec_")
    answers = Counter()
    for lookup in ("secret__startswith", "secret__regex", "secret__gte", "secret__contains"):
        for code in range(32, 127 + 2):
            query = urlencode({lookup: f"{secret[:6]}{chr(code)}"})
            answered = ask("Integrator", f"{listed(WebhookEndpoint)}?{query}")
            answers[lookup, answered.status_code, len(answered.content)] += 1
    assert sorted(answers.values()) == [97] * 4
    assert {status for _, status, _ in answers} == {400}


def test_a_refusal_is_a_page_with_a_way_on(ask):
    response = ask("Integrator", f"{listed(WebhookEndpoint)}?secret__startswith=a")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert "This list cannot be filtered by “secret__startswith”." in response.content.decode()
    assert f'href="{listed(WebhookEndpoint)}"' in response.content.decode()


def choices_of(spec, changelist):
    """The query strings that a filter offers."""
    for choice in spec.choices(changelist):
        if "query_string" in choice:
            yield choice["query_string"]
        for name, field in choice["form"].fields.items() if "form" in choice else ():
            yield from (f"?{urlencode({name: value})}" for value, _ in getattr(field, "choices", ()))


@pytest.mark.slow
def test_every_declared_filter_works(ask, people, rf):
    addresses = {f"{listed(model)}{query}" for model in MODELS for query in queries_of(model, people[SUPERUSER], rf)}
    statuses = {address: ask(SUPERUSER, address).status_code for address in addresses}
    assert statuses == dict.fromkeys(statuses, 200)


def queries_of(model, user, rf):
    """Every value of every filter, each alone; all filters left empty; and what is Django's own."""
    screen = default_site.get_model_admin(model)
    request = rf.get(listed(model))
    request.user = user
    changelist = screen.get_changelist_instance(request)
    queries = {query for spec in changelist.filter_specs for query in choices_of(spec, changelist)}
    everything = {name: "" for spec in changelist.filter_specs for name in spec.expected_parameters()}
    queries |= {
        f"?{urlencode(everything)}",
        f"?_facets=True&{urlencode(everything)}",
        "?q=word+other",
        "?all=",
        "?e=1",
        "?_popup=1",
        "?o=1",
    }
    queries |= {f"?o={number}.-{number - 1}" for number in range(1, len(screen.get_list_display(request)))}
    if day := screen.date_hierarchy:
        queries |= {
            f"?{day}__year=2026",
            f"?{day}__year=2026&{day}__month=2",
            f"?{day}__day=3&{day}__month=2&{day}__year=2026",
        }
    return queries


@pytest.mark.parametrize(
    "query",
    [
        *("year=0", "year=9999", "year=a", f"year={HUGE}", "month=1", "year=2026&at__month=13", "day=1"),
        *("year=2026&at__month=2&at__day=30", "year=2026&at__day=3&at__month=", "hour=3", "gt=2026-01-01"),
    ],
)
def test_a_day_that_is_none_is_refused(query, ask):
    assert ask(SUPERUSER, f"/admin/content/publication/?at__{query}").status_code == 400


class Ranges(admin.ModelAdmin):
    list_filter = [
        *(("live_from", RangeDateTimeFilter), ("number", RangeNumericFilter)),
        type("Called", (TextFilter,), {"title": "called", "parameter_name": "called", "queryset": lambda *given: None}),
    ]


@pytest.mark.filterwarnings("ignore:DateTimeField Edition.live_from received a naive")  # by the filter itself
def test_the_filters_of_the_theme_work_on_any_class(house, people):
    """Of a class as a library brings it, registered on a site of ours."""
    own = Site("own")
    own.register(Edition, Ranges)
    screen = own.get_model_admin(Edition)
    assert isinstance(screen, Declared)

    def result_count(query):
        request = RequestFactory().get(f"/?{query}")
        request.user = people[SUPERUSER]
        return screen.get_changelist_instance(request).result_count

    assert result_count("number_from=1&number_to=9") == 1
    assert result_count("number_from=2") == 0
    assert result_count("live_from_from_0=2020-01-01&live_from_from_1=00:00:00") == 1
    assert result_count("live_from_to_0=2020-01-01&live_from_to_1=00:00:00") == 0
    assert result_count("called=a") == 1
    with pytest.raises(RefusedAddress):
        result_count("number__gte=1")
    with pytest.raises(RefusedAddress):
        result_count("document__contains=a")


def test_suggestions_answer_whatever_they_are_asked(ask):
    pairs = [(model, field.name) for model in apps.get_models() for field in model._meta.get_fields()]
    statuses = Counter()
    for model, field in pairs:
        place = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
        statuses[ask(SUPERUSER, f"/admin/autocomplete/?{urlencode(place)}").status_code] += 1
    assert set(statuses) <= {200, 403, 404}
    assert statuses[200] > 20
    place = {"app_label": "content", "model_name": "pin", "field_name": "asset"}
    refused = [{"term": "\x00"}, {"term": "word " * 1200}, {"page": "9" * 20}, {"field_name": "\x00"}]
    assert [ask(SUPERUSER, f"/admin/autocomplete/?{urlencode(place | more)}").status_code for more in refused] == [
        400
    ] * 4
    assert ask(SUPERUSER, f"/admin/autocomplete/?{urlencode(place | {'page': 'a'})}").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *(("search/?s=a&page=0", 400), ("search/?s=a&page=x", 400), ("search/?s=a&page=99", 400), ("search/?s=a", 200)),
        *(("search/?s=%00", 400), ("search/?s=" + "a" * 900, 400), ("jsi18n/?language=%00", 400), ("r/1/1/", 404)),
        *((f"r/{HUGE}/1/", 404), ("r/%00/%00/", 404), ("autocomplete/", 403), ("nothing/", 404)),
        *(("content/coverage/?journey=%00", 400), (f"content/coverage/?at_0={HUGE}", 400)),
        *(("content/coverage/findings/?journey=%00", 400), ("content/coverage/cell/?row=%00", 400)),
        *((f"content/edition/{HUGE}/move/", 404), (f"content/webhookendpoint/{HUGE}/on/", 404)),
        *((f"content/sharelink/of/{HUGE}/", 404), (f"content/asset/publish/?ids={HUGE}", 400)),
    ],
)
def test_other_pages_refuse_what_they_cannot_read(address, status, ask):
    assert ask(SUPERUSER, f"/admin/{address}").status_code == status


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("role", [SUPERUSER, *ROLES])
def test_every_link_that_the_admin_makes_leads_somewhere(role, ask):
    """Follows links from the desk on: each page once, and again for each parameter that nothing there had before."""
    ways, seen, wrong = ["/admin/"], {}, {}
    while ways:
        address = ways.pop(0)
        parts = urlsplit(address)
        sort, names = re.sub(r"\d+", "*", parts.path), {name for name, _ in parse_qsl(parts.query)}
        if sort in seen and names <= seen[sort]:
            continue
        seen.setdefault(sort, set()).update(names)
        answered = ask(role, address)
        if answered.status_code == 302:
            ways.append(urljoin(address, answered["Location"]))
        elif answered.status_code != 200:
            wrong[address] = answered.status_code
        elif "html" in answered["Content-Type"]:
            result_count = [urljoin(address, unescape(link)) for link in LINK.findall(answered.content.decode())]
            ways += [one for one in result_count if urlsplit(one).path.startswith("/admin/") and "logout" not in one]
    assert wrong == {}
    assert len(seen) > 5
