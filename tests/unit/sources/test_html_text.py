import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sources.html_text import Keep, to_text
from tests.unit.growth import growth


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two<br></div>three", "one\n\ntwo\nthree"),
        ("<ul><li>a charger</li><li>a cable</li></ul>", "- a charger\n- a cable"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>one\n  two</pre>three", "one\ntwo\n\nthree"),
        ("<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", "one\ntwo"),
        (
            "<p class=MsoNormal>one</p><p class=MsoNormal>&nbsp;</p>"
            "<p class=MsoNormal>two</p>",
            "one\n\ntwo",
        ),
    ],
)
def test_lines_are_those_of_the_layout(html, text):
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("caf&eacute; &amp; th&#233;", "café & thé"),
        ("a  \n\t b<b>c</b>&nbsp;d", "a bc d"),
        ("les con\u00addi\u200btions", "les conditions"),
        ("3 < 4 & 5 > 4 <3", "3 < 4 & 5 > 4 <3"),
        ("", ""),
        ("   ", ""),
        ("<p>never closed <b>bold", "never closed bold"),
        ("\ud800 lost half", "\ufffd lost half"),
    ],
)
def test_entities_and_white_space_become_plain_characters(html, text):
    assert to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var a = 1</script>",
        "<style>p {color: red}</style>",
        "<head><title>t</title></head>",
        "<!-- a note -->",
        '<div style="display: none; max-height:0">preview</div>',
        '<span style="mso-hide:all">preview</span>',
        "<p hidden>preview</p>",
        '<p class="quote-inline">RE: https://social.example/@a/1</p>',
        '<img src="logo.png" alt="Company logo">',
        "<select><option>one</option></select>",
    ],
)
def test_what_is_not_shown_is_left_out(hidden):
    assert to_text(hidden + "<p>words</p>") == "words"


def test_a_shortened_address_on_mastodon_is_given_whole():
    html = (
        '<p>voir <a href="https://shop.example/orders/2026/01" class="x">'
        '<span class="invisible">https://</span>'
        '<span class="ellipsis">shop.example/orders</span>'
        '<span class="invisible">/2026/01</span></a></p>'
    )
    assert to_text(html) == "voir https://shop.example/orders/2026/01"


def test_an_emoji_sent_as_a_picture_is_kept():
    assert to_text('merci <img alt="🙏" src="e.png">') == "merci 🙏"


def test_the_caller_may_leave_an_element_out_or_all_that_follows():
    def judge(tag, attributes):
        if tag == "blockquote":
            return Keep.NOT_THIS
        return Keep.NOTHING_FROM_HERE if tag == "hr" else Keep.ALL

    html = "one<blockquote>quoted</blockquote>two<hr>three"
    assert to_text(html, judge) == "one\n\ntwo"


@given(st.text() | st.text(alphabet='<>/="!-apdivbrst &;#\x01\x02\x03\n\u200d'))
def test_no_text_makes_it_fail(html):
    text = to_text(html)
    assert "\n\n\n" not in text
    assert text == text.strip()
    assert not set(text) & set("\x01\x02\x03")


@pytest.mark.parametrize(
    "pattern",
    ["<div>", "<b>", "<td>", "<td> </td>", "<!--", "<", "&nbsp;", "\u200d", "<p>a"],
)
def test_time_grows_with_the_length_however_odd_the_markup(pattern):
    # Eight times the length would be 64 times the time, were it quadratic.
    assert growth(to_text, pattern * 3_000, pattern * 24_000) < 25
