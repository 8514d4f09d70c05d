"""Sign-in: wrong passwords are counted at every door, too many lock, and hashing never crowds out readers."""

import fcntl
import os
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from axes.models import AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.accounts import password_queue
from content.accounts.client_address import client_address
from content.accounts.password_queue import PasswordsBusy, queue
from content.accounts.sign_in import locked_until
from content.events.prune import prune
from tests.conftest import ITERATIONS

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HERE, THERE = "192.0.2.1", "198.51.100.7"
RIGHT = "steady-hand-9"


@pytest.fixture
def kari(db):
    return User.objects.create_user("kari", password=RIGHT, is_staff=True)


@pytest.fixture
def sign_in(client):
    def tried(name="kari", word="wrong", address=HERE, at=NOW, **meta):
        with time_machine.travel(at, tick=False):
            data = {"username": name, "password": word}
            return client.post(reverse("admin:login"), data, REMOTE_ADDR=address, **meta)

    return tried


@pytest.fixture
def hashes(monkeypatch):
    """How many passwords have been hashed."""
    done = []
    encode = password_queue.PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        password_queue.PBKDF2PasswordHasher, "encode", lambda *args: done.append(args[1]) or encode(*args)
    )
    return done


@contextmanager
def people_queries():
    """What is asked of the tables of people and their sign-ins: the first word of each query."""
    queries = []
    with CaptureQueriesContext(connection) as found:
        yield queries
    queries += [one["sql"].split()[0] for one in found if '"auth_' in one["sql"] or '"axes_' in one["sql"]]


def wrong(count, *, name="kari", address=HERE, at=NOW, every=timedelta(seconds=1)):
    """So many wrong passwords, the last of them at ``at``."""
    for number in range(count):
        with time_machine.travel(at - number * every, tick=False):
            AccessFailureLog.objects.create(username=name, ip_address=address)


def status_of(response):
    return response.status_code, response.headers.get("Retry-After")


def test_five_wrong_passwords_lock_an_account_from_an_address_for_fifteen_minutes(kari, sign_in, hashes):
    answers = [status_of(sign_in()) for _ in range(6)]
    locked = sign_in(word=RIGHT, at=NOW + 15 * MINUTE - timedelta(seconds=1))
    before = list(hashes)
    elsewhere = sign_in(word=RIGHT, address=THERE)
    after = sign_in(word=RIGHT, at=NOW + 15 * MINUTE)

    assert answers == [(200, None)] * 4 + [(429, "900")] * 2
    assert (status_of(locked), before) == ((429, "1"), ["wrong"] * 5)
    assert [elsewhere.status_code, after.status_code] == [302, 302]


def test_the_answer_says_when_to_try_again_and_is_kept_by_nobody(kari, sign_in):
    wrong(5)

    locked = sign_in(at=NOW + 3 * MINUTE)

    page = " ".join(locked.content.decode().split())
    assert "Too many wrong passwords. Try again in 12 minutes." in page
    assert (locked["Cache-Control"], locked["Retry-After"]) == ("no-store", "720")
    assert "kari" not in page


def test_wrong_passwords_that_are_spread_out_do_not_lock(kari, sign_in):
    wrong(5, every=4 * MINUTE)

    assert sign_in(word=RIGHT).status_code == 302


@pytest.mark.parametrize("name", ["kari", "nobody-of-that-name", "", " ", "n" * 150])
def test_unknown_names_count_like_known_ones(kari, sign_in, name):
    answers = [status_of(sign_in(name)) for _ in range(6)]

    counted = AccessFailureLog.objects.filter(username=name).count()
    expected = ([(200, None)] * 4 + [(429, "900")] * 2, 5) if name.strip() else ([(200, None)] * 6, 0)
    assert (answers, counted) == expected


@pytest.mark.parametrize("variant", ["ｋａｒｉ", " kari ", "kari\u3000", "𝐤𝐚𝐫𝐢"])
def test_names_that_the_login_takes_for_one_are_one(kari, sign_in, variant):
    for _ in range(5):
        sign_in(variant)

    assert status_of(sign_in("kari", RIGHT)) == (429, "900")


def test_names_that_the_login_tells_apart_are_two(kari, sign_in):
    User.objects.create_user("KARI", password=RIGHT, is_staff=True)
    for _ in range(5):
        sign_in("KARI")

    assert (sign_in("KARI", RIGHT).status_code, sign_in("kari", RIGHT).status_code) == (429, 302)


def test_thirty_wrong_passwords_from_an_address_lock_it_for_all_names(kari, sign_in):
    answers = {status_of(sign_in(f"name-{number}")) for number in range(29)}
    last = status_of(sign_in("name-29"))

    assert (answers, last) == ({(200, None)}, (429, "900"))
    assert status_of(sign_in("kari", RIGHT)) == (429, "900")
    assert sign_in("kari", RIGHT, address=THERE).status_code == 302


def test_a_hundred_wrong_passwords_an_hour_lock_an_account_but_where_it_is_known(kari, sign_in):
    sign_in(word=RIGHT, address=THERE, at=NOW - 29 * DAY)
    sign_in(word=RIGHT, address="203.0.113.5", at=NOW - 31 * DAY)
    for number in range(100):
        wrong(1, address=f"203.0.113.{10 + number}", at=NOW - number * timedelta(seconds=30))

    answers = {address: status_of(sign_in(word=RIGHT, address=address)) for address in (HERE, "203.0.113.5", THERE)}

    assert answers == {HERE: (429, "3600"), "203.0.113.5": (429, "3600"), THERE: (302, None)}


def test_a_hundred_wrong_passwords_do_not_touch_an_open_session(client, kari):
    client.force_login(kari)
    AccessLog.objects.all().delete()
    for number in range(100):
        wrong(1, address=f"203.0.113.{10 + number}", at=NOW)
    data = {"old_password": RIGHT, "new_password1": "other-hand-10", "new_password2": "other-hand-10"}

    with time_machine.travel(NOW, tick=False):
        pages = [client.get(reverse("admin:index")), client.post(reverse("admin:password_change"), data)]

    assert [page.status_code for page in pages] == [200, 302]


def test_a_wrong_old_password_counts_like_one_at_the_login(client, kari, sign_in, hashes):
    client.force_login(kari)
    data = {"old_password": "wrong", "new_password1": "other-hand-10", "new_password2": "other-hand-10"}
    with time_machine.travel(NOW, tick=False):
        pages = [client.post(reverse("admin:password_change"), data, REMOTE_ADDR=HERE) for _ in range(6)]
        right = client.post(reverse("admin:password_change"), {**data, "old_password": RIGHT}, REMOTE_ADDR=HERE)
        desk = client.get(reverse("admin:index"))

    assert [status_of(page) for page in pages] == [(200, None)] * 4 + [(429, "900")] * 2
    assert "Your old password was entered incorrectly" in pages[0].content.decode()
    assert (status_of(right), desk.status_code, hashes) == ((429, "900"), 200, ["wrong"] * 5)
    client.logout()
    assert status_of(sign_in(word=RIGHT)) == (429, "900")


def test_the_own_password_is_changed_by_who_knows_the_old_one(client, kari, sign_in):
    client.force_login(kari)
    data = {"old_password": RIGHT, "new_password1": "other-hand-10", "new_password2": "other-hand-10"}

    changed = client.post(reverse("admin:password_change"), data)

    assert (changed.status_code, changed["Location"]) == (302, reverse("admin:password_change_done"))
    assert client.get(reverse("admin:index")).status_code == 200
    client.logout()
    assert [sign_in(word=word).status_code for word in (RIGHT, "other-hand-10")] == [200, 302]


def test_a_sign_in_forgets_what_was_wrong_before_from_there_alone(kari, sign_in):
    wrong(4)
    wrong(4, address=THERE)

    sign_in(word=RIGHT)

    left = AccessFailureLog.objects.values_list("username", "ip_address").distinct()
    assert list(left) == [("kari", THERE)]
    assert list(AccessLog.objects.values_list("username", "ip_address")) == [("kari", HERE)]


def test_each_address_is_kept_once_however_often_somebody_signs_in_from_it(kari, sign_in):
    for days in (2, 1, 0):
        sign_in(word=RIGHT, at=NOW - days * DAY)

    assert list(AccessLog.objects.values_list("username", "ip_address", "attempt_time")) == [("kari", HERE, NOW)]


@pytest.mark.parametrize("state", ["known", "unknown", "inactive", "without a password", "no staff"])
def test_whoever_it_is_one_password_is_hashed_and_as_much_is_asked(kari, sign_in, hashes, state):
    if state == "inactive":
        User.objects.filter(pk=kari.pk).update(is_active=False)
    elif state == "without a password":
        kari.set_unusable_password()
        kari.save()
    elif state == "no staff":
        User.objects.filter(pk=kari.pk).update(is_staff=False)
    sign_in("somebody-else")
    hashes.clear()

    with people_queries() as queries:
        answer = sign_in("nobody" if state == "unknown" else "kari")

    assert (answer.status_code, len(hashes), queries) == (200, 1, ["SELECT"] * 4 + ["INSERT"] + ["SELECT"] * 3)


def header(text):
    return {"HTTP_X_FORWARDED_FOR": text} if text is not None else {}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counts"),
    [
        (0, None, HERE),
        (0, THERE, HERE),
        (1, THERE, THERE),
        (1, f"203.0.113.9, {THERE}", THERE),
        (2, f"203.0.113.9, {THERE}, 10.0.0.1", THERE),
        (2, THERE, HERE),
        (1, None, HERE),
        (1, "", HERE),
        (1, "unknown", HERE),
        (1, f"{THERE}:4711", THERE),
        (1, "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::"),
        (1, "2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        (1, f"::ffff:{THERE}", THERE),
    ],
)
def test_the_address_that_counts_is_what_the_outermost_proxy_of_ours_saw(rf, settings, proxies, forwarded, counts):
    settings.TRUSTED_PROXIES = proxies

    assert client_address(rf.post("/", REMOTE_ADDR=HERE, **header(forwarded))) == counts


def test_whoever_writes_the_header_themselves_stays_locked(kari, sign_in):
    for number in range(5):
        sign_in(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert status_of(sign_in(word=RIGHT, HTTP_X_FORWARDED_FOR=THERE)) == (429, "900")


def test_a_request_over_a_socket_without_an_address_counts_too(kari, sign_in):
    answers = [status_of(sign_in(address="")) for _ in range(6)]

    assert answers == [(200, None)] * 4 + [(429, "900")] * 2


@pytest.mark.parametrize(
    ("command", "words", "opened"),
    [
        ("axes_reset_username", ["ｋａｒｉ"], True),
        ("axes_reset_ip", [HERE], True),
        ("axes_reset_ip_username", [HERE, "kari"], True),
        ("axes_reset", [], True),
        ("axes_reset_username", ["ola"], False),
        ("axes_reset_ip", [THERE], False),
    ],
)
def test_a_command_lifts_a_lock(kari, sign_in, command, words, opened):
    wrong(5)

    call_command(command, *words, stdout=StringIO())

    assert (sign_in(word=RIGHT).status_code == 302) is opened


def test_what_nothing_counts_any_more_is_pruned(kari, sign_in):
    wrong(1, at=NOW - 3 * HOUR)
    wrong(1, at=NOW - HOUR)
    sign_in(word=RIGHT, address=THERE, at=NOW - 31 * DAY)
    sign_in(word=RIGHT, address="203.0.113.1", at=NOW - 29 * DAY)

    prune(now=NOW)

    assert list(AccessFailureLog.objects.values_list("attempt_time", flat=True)) == [NOW - HOUR]
    assert list(AccessLog.objects.values_list("ip_address", flat=True)) == ["203.0.113.1"]


@contextmanager
def elsewhere(run):
    """Does ``run`` in another thread, and keeps it until the block ends."""
    ready, done = threading.Event(), threading.Event()

    def body():
        with run():
            ready.set()
            done.wait(30)

    thread = threading.Thread(target=body)
    thread.start()
    assert ready.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def a_place():
    with queue() as turn:
        turn.line_up()
        yield


@contextmanager
def the_turn():
    """Of the machine, as another process would have it."""
    file = os.open(password_queue._path(), os.O_RDWR | os.O_CREAT)
    fcntl.flock(file, fcntl.LOCK_EX)
    yield
    os.close(file)


def test_a_sign_in_is_refused_at_once_while_its_process_is_at_another(kari, sign_in, hashes):
    with elsewhere(a_place), people_queries() as queries:
        refused = sign_in(word=RIGHT)

    page = " ".join(refused.content.decode().split())
    assert (status_of(refused), hashes, queries, refused["Cache-Control"]) == ((429, "2"), [], [], "no-store")
    assert "Too many people are signing in right now. Your password was not checked. Try again in a few" in page
    assert not AccessFailureLog.objects.exists()
    assert sign_in(word=RIGHT).status_code == 302


def test_a_sign_in_is_refused_when_its_turn_on_the_machine_does_not_come(kari, sign_in, hashes, monkeypatch):
    monkeypatch.setattr(password_queue, "PATIENCE", 0.05)

    with elsewhere(the_turn):
        refused = sign_in(word=RIGHT)

    assert (status_of(refused), hashes, AccessFailureLog.objects.count()) == ((429, "2"), [], 0)
    assert sign_in(word=RIGHT).status_code == 302


def test_other_pages_that_set_a_password_wait_in_the_same_queue(client, kari, admin_user, monkeypatch):
    client.force_login(admin_user)
    pages = {
        reverse("admin:auth_user_password_change", args=[kari.pk]): {
            "password1": "x-hand-10",
            "password2": "x-hand-10",
        },
        reverse("admin:auth_user_add"): {"username": "ola", "password1": "x-hand-10", "password2": "x-hand-10"},
        reverse("admin:password_change"): {"old_password": "x", "new_password1": "y", "new_password2": "y"},
    }
    usable = {"usable_password": "true"}

    with elsewhere(a_place):
        answers = [client.post(address, {**data, **usable}) for address, data in pages.items()]

    assert [status_of(answer) for answer in answers] == [(429, "2")] * 3
    assert list(User.objects.values_list("username", flat=True).order_by("username")) == ["admin", "kari"]
    assert User.objects.get(pk=kari.pk).check_password(RIGHT)


def test_pages_that_take_no_password_wait_for_nobody(client, admin_user):
    client.force_login(admin_user)

    with elsewhere(a_place):
        answers = [client.get("/admin/login/?next=/admin/"), client.post(reverse("admin:logout"))]

    assert [answer.status_code for answer in answers] == [302, 200]


def test_who_waited_is_judged_by_what_was_counted_meanwhile(kari, sign_in, hashes, monkeypatch):
    wrong(4)

    def others_first(seconds):
        wrong(1)
        monkeypatch.setattr(password_queue.fcntl, "flock", lambda *_: None)

    monkeypatch.setattr(password_queue.time, "sleep", others_first)
    with elsewhere(the_turn):
        answer = sign_in(word=RIGHT)

    assert (status_of(answer), hashes) == ((429, "900"), [])


def test_a_place_is_given_back_whatever_happens():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), queue() as turn:
            turn.wait()
            raise ZeroDivisionError
    with elsewhere(a_place), pytest.raises(PasswordsBusy), queue() as turn:
        turn.line_up()
    with queue() as turn:
        assert turn.wait() is False


def test_passwords_stored_before_stay_good(kari):
    stored = User.objects.get(pk=kari.pk).password

    assert stored.startswith(f"pbkdf2_sha256${ITERATIONS}$")
    assert password_queue.PBKDF2PasswordHasher().verify(RIGHT, stored)


def test_nobody_is_locked_at_first(db):
    assert locked_until("kari", None, at=NOW) is None
