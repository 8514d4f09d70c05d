"""One file as front matter, heading and safe HTML, however it was written."""

from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from content.importers.folder.markdown import read_page


def page(text: str | bytes, suffix: str = ".md"):
    return read_page(text if isinstance(text, bytes) else text.encode(), suffix=suffix)


def refusal(text: str | bytes) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        page(text)
    return refused.value.messages


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A\n---\nText",
        "\n\n  \n---\ntitle: A\n---\nText",
        "\ufeff---\ntitle: A\n---\nText",
        "\ufeff\n---\ntitle: A\n---\nText",
        "---\r\ntitle: A\r\n---\r\nText",
        "---\rtitle: A\r---\rText",
        "---   \ntitle: A\n---  \nText",
        "+++\ntitle = 'A'\n+++\nText",
        "\n\n+++\r\ntitle = 'A'\r\n+++\r\nText",
    ],
)
def test_front_matter_is_found_whatever_stands_around_it(text):
    read = page(text)

    assert (read.front, read.body) == ({"title": "A"}, "<p>Text</p>")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Text", "<p>Text</p>"),
        ("", ""),
        ("---\n---\nText", "<p>Text</p>"),
        ("---\n\nText", "<hr>\n<p>Text</p>"),
        ("Text\n---\n", "<h2>Text</h2>"),
    ],
)
def test_a_file_may_have_no_front_matter(text, body):
    read = page(text)

    assert (read.front, read.body) == ({}, body)


def test_the_last_of_two_equal_keys_counts_and_is_warned_of():
    read = page("---\ntitle: A\nseo: {x: 1, x: 2}\ntitle: B\n---\n")

    assert read.front == {"title": "B", "seo": {"x": 2}}
    assert sorted(read.warnings) == [
        "front matter: “title” is given twice, the last one counts",
        "front matter: “x” is given twice, the last one counts",
    ]


def test_only_true_and_false_are_booleans():
    front = page("---\na: no\nb: No\nc: on\nd: yes\ne: true\nf: False\n---\n").front

    assert front == {"a": "no", "b": "No", "c": "on", "d": "yes", "e": True, "f": False}


def test_front_matter_comes_as_json_would_have_it():
    yaml = page("---\na: 2022-06-06\nb: 2022-06-06 10:00:00 +02:00\nc: 2022-02-30\n1: [x, {y: ~}]\n---\n").front
    toml = page("+++\na = 2022-06-06\nb = 2022-06-06T10:00:00+02:00\nc = 10:00:00\n+++\n").front

    assert yaml == {"a": "2022-06-06", "b": "2022-06-06T10:00:00+02:00", "c": "2022-02-30", "1": ["x", {"y": None}]}
    assert toml == {"a": "2022-06-06", "b": "2022-06-06T10:00:00+02:00", "c": "10:00:00"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\ntitle: A\nnext: [1, 2\n---\n", "Front matter, line 4: expected ',' or ']', but got '<stream end>'."),
        ("\n\n---\ntitle: 'A\n---\n", "Front matter, line 5: found unexpected end of stream."),
        ("---\ntitle: A\n\tb: 1\n---\n", "Front matter, line 3: found character '\\t' that cannot start any token."),
        ("---\na: !!python/object/apply:os.system [ls]\n---\n", "Front matter, line 2: None."),
        ("+++\ntitle = 'A'\nb = \n+++\n", "Front matter, line 3: Invalid value (at line 3, column 5)."),
        ("---\n- a\n---\n", "The front matter (line 1) has no keys; write each as “key: value”."),
        ("---\na: .nan\n---\n", "Front matter (line 1): Out of range float values are not JSON compliant."),
        ("---\na: &a [*a]\n---\n", "Front matter (line 1): Circular reference detected."),
        (b"---\ntitle: A\n---\nText \xff", "Not UTF-8 (line 4)."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, message):
    messages = refusal(text)

    assert len(messages) == 1
    assert messages[0].partition("could not determine")[0].startswith(message.partition("None.")[0])


def test_aliases_within_aliases_do_not_grow_without_end():
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))

    assert refusal(f"---\na0: &a0 [x]\n{levels}---\n") == ["Front matter, line 1: more than 20 aliases."]


def test_front_matter_nested_without_end_is_refused():
    assert "Front matter" in refusal(f"---\na: {'[' * 5000}\n---\n")[0]


@pytest.mark.parametrize(
    ("text", "suffix", "heading"),
    [
        ("# A *b* `c` [d](e)\n\nText", ".md", "A b c d"),
        ("Text\n\n## Second\n\n# First", ".md", "Second"),
        ("A\n=\n", ".md", "A"),
        ("# A &amp; B &lt;C&gt;", ".md", "A & B <C>"),
        ('<h1 style="x">A <em>b</em></h1>\n\nText', ".md", "A b"),
        ('<div class="x">\n  <h1>A</h1>\n</div>', ".md", "A"),
        ("# A {#a}\n", ".md", "A"),
        ("# A\n", ".mdx", "A"),
        ("<h2>A</h2>", ".html", "A"),
        ("<html><head><title>A</title></head><body><p>B</p></body></html>", ".html", "A"),
        ("Text", ".md", ""),
        ("```\n# A\n```", ".md", ""),
    ],
)
def test_the_first_heading_is_found(text, suffix, heading):
    assert page(text, suffix).heading == heading


def test_a_title_is_said_once():
    read = page("# A & B\n\n# C\n\nText")

    assert read.body_below("A & B") == "<h2>C</h2>\n<p>Text</p>"
    assert read.body_below("C") == "<h2>A &amp; B</h2>\n<h2>C</h2>\n<p>Text</p>"


def test_the_lead_is_the_first_paragraph_with_words():
    assert page("# A\n\n![image](a.png)\n\nOne\n*two*.\n\nThree").lead == "One two."


@pytest.mark.parametrize(
    ("text", "body", "dropped"),
    [
        ("import A from \"a\";\nimport { B,\n  C } from 'b'\n\nText", "<p>Text</p>", {"modules": 2}),
        ("export const metadata = {\n  a: 1,\n}\n\nText", "<p>Text</p>", {"modules": 1}),
        ("<Card color='x'>\n\n    **One**\n\n</Card>", "<p><strong>One</strong></p>", {"components": 2}),
        ('<Image\n  src="a > b"\n  on={() => { run({a: 1}) }}\n/>', "", {"components": 1}),
        ("<Details.Summary>One</Details.Summary>", "<p>One</p>", {"components": 2}),
        ('<span style={{\n  a: "0",\n}}>One</span>', "<p><span>One</span></p>", {"expressions": 1}),
        ("{/* comment */}One{' '}two", "<p>Onetwo</p>", {"expressions": 2}),
        ("Use `<Card>` and ``{{ x }}``.", "<p>Use <code>&lt;Card&gt;</code> and <code>{{ x }}</code>.</p>", {}),
        ("~~~jsx\nimport A from 'a'\n<Card/>\n~~~", "<pre><code>import A from 'a'\n&lt;Card/&gt;\n</code></pre>", {}),
    ],
)
def test_mdx_keeps_the_words_and_drops_the_rest(text, body, dropped):
    read = page(text, ".mdx")

    without_classes = read.body.replace(' class="language-jsx"', "")
    assert (without_classes, read.dropped) == (body, Counter(dropped))


@pytest.mark.parametrize(
    ("text", "body", "dropped"),
    [
        ('{{< note type="x" >}}\nText\n{{< /note >}}', "<p>Text</p>", {"shortcodes": 2}),
        ("{{% note %}}Text{{% /note %}}", "<p>Text</p>", {"shortcodes": 2}),
        ('[Read]({{< ref "a.md" >}}) on', "<p>Read on</p>", {"shortcodes": 1}),
        ("{% include a.html %}Text {{ page.title }}", "<p>Text</p>", {"shortcodes": 1, "expressions": 1}),
        (":::tip\nText\n:::", "<p>Text</p>", {"shortcodes": 2}),
        ('--8<-- "a.md"\n\nText', "<p>Text</p>", {"shortcodes": 1}),
        ('!!! note "A"\n\n    One\n\n    !!! tip\n        Two', "<p>One</p>\n<p>Two</p>", {"shortcodes": 2}),
        (
            '=== "Shell"\n    ```\n    ls {{ x }}\n    ```\n',
            "<pre><code>ls {{ x }}\n</code></pre>",
            {"shortcodes": 1},
        ),
        ('[A](/a){:target="_blank"}', '<p><a href="/a" rel="noopener noreferrer">A</a></p>', {"attributes": 1}),
        ("## A {#a}", "<h2>A</h2>", {"attributes": 1}),
        ("1. One\n\n    ```\n    {{ x }}\n    ```", "<pre><code>{{ x }}\n</code></pre>", {}),
        ("<BR>\n<TABLE><TR><TD>A</TD></TR></TABLE>", "<td>A</td>", {}),
        ("A\n\n    {{ x }}\n", "<p>A</p>", {"expressions": 1}),
    ],
)
def test_markdown_keeps_the_words_and_drops_shortcodes(text, body, dropped):
    read = page(text)

    assert body in read.body.replace("\n\n", "\n")
    assert +read.dropped == Counter(dropped)


def test_a_tag_after_a_blank_line_in_a_table_is_no_code():
    read = page("<table><tr><td>\n\nText\n\n    </td>\n  </tr>\n</table>")

    assert read.body == "<table><tbody><tr><td>\n<p>Text</p>\n</td>\n  </tr>\n</tbody></table>"


def test_html_is_not_read_as_markdown():
    read = page("---\ntitle: A\n---\n<P>One\n\n    two *three*</P>", ".HTML")

    assert read.body == "<p>One\n\n    two *three*</p>"


@pytest.mark.parametrize("suffix", [".md", ".mdx", ".html"])
def test_nothing_that_could_run_is_left(suffix):
    hostile = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>A</a>\n\n"
        "<style>p {color: red}</style>\n\n<iframe src='//x'></iframe><svg onload=alert(1)>\n\n"
        "<scr<Card>ipt>alert(1)</scr</Card>ipt>"
    )

    body = page(hostile, suffix).body

    for trace in ("<script", "onerror", "javascript:", "<style", "<iframe", "<svg", "onload"):
        assert trace not in body.lower()


@pytest.mark.parametrize(
    "unit",
    ["<Image a=", "{", "`", "{{", "```\n", "!!! a\n", "a, ", "{:", "> ", "import a, ", "<A.b {a: '", '=== "\n    '],
)
@pytest.mark.parametrize("suffix", [".md", ".mdx", ".html"])
def test_a_text_that_never_closes_what_it_opens_is_read_all_the_same(unit, suffix):
    read = page(unit * 1000, suffix)

    assert read.front == {}


@pytest.mark.parametrize(
    "unit", ["{{<", "{%", "{{", "{a{", "[", "![](", "a\n", "<div>", "&", "<!--", "`a", "[^a]: b\n\n"]
)
@pytest.mark.parametrize("suffix", [".md", ".mdx", ".html"])
def test_a_file_of_one_mark_over_and_over_is_read_or_refused_in_time(unit, suffix):
    try:
        read_page((unit * (300_000 // len(unit))).encode(), suffix=suffix)
    except ValidationError as error:
        assert error.code == "rich_text_excess"
