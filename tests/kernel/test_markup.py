"""What a page loads from elsewhere, or asks to install (WEB-1)."""

from __future__ import annotations

import pytest

from heretask.kernel.evidence import markup
from heretask.ui.middleware import POLICY

HOST = "task.example.org:8443"


@pytest.mark.parametrize(
    "html",
    [
        "<script src='https://cdn.example.net/a.js'></script>", "<link rel='stylesheet' href='//cdn.example.net/a.css'>",
        "<img src='http://task.example.org:8443/a.png'>", "<img srcset='/a.png 1x, https://cdn.example.net/b.png 2x'>",
        "<iframe src='https://example.net'></iframe>", "<form action='https://example.net/'></form>",
        "<button formaction='https://example.net/'></button>", "<p style='background: url(https://example.net/a.png)'></p>",
        "<svg><use xlink:href='https://example.net/a.svg#x'/></svg>", "<base href='https://example.net/'>",
        "<video poster='https://example.net/a.png'></video>", "<script src='https://task.example.org/a.js'></script>",
    ],
)  # fmt: skip
def test_what_a_page_loads_from_elsewhere_is_found(html: str) -> None:
    elsewhere, installs, _ours = markup.read(html, HOST)
    assert len(elsewhere) == 1
    assert not installs


@pytest.mark.parametrize(
    "html",
    ["<link rel='manifest' href='/a.json'>", "<object data='/a.swf'></object>", "<embed src='/a.pdf'>", "<applet>"],
)
def test_what_a_page_asks_to_install_is_found(html: str) -> None:
    elsewhere, installs, _ours = markup.read(html, HOST)
    assert len(installs) == 1
    assert not elsewhere


def test_our_own_and_a_link_to_elsewhere_load_nothing_from_there() -> None:
    html = (
        "<script src='/static/a.js'></script><link rel='stylesheet' href='/static/a.css'><img src='data:image/png;base64,AA'>"
        "<a href='https://www.example.net/'>x</a><form action=''></form><img src='https://task.example.org:8443/b.png'>"
    )
    assert markup.read(html, HOST) == ([], [], ["/static/a.js", "/static/a.css"])


def test_scripts_and_style_sheets_are_looked_at_too() -> None:
    assert markup.read_part("@import 'https://cdn.example.net/a.css';", HOST)[0]
    assert markup.read_part("p { background: url(//cdn.example.net/a.png) }", HOST)[0]
    assert markup.read_part("navigator.serviceWorker.register('/a.js')", HOST)[1]
    assert markup.read_part("p { background: url(/a.png) } // https://example.net", HOST) == ([], [])


def test_the_content_policy_lets_nobody_else_in() -> None:
    assert markup.policy_elsewhere(POLICY) == []
    assert markup.policy_elsewhere(POLICY + "; media-src https://example.net") == ["https://example.net"]
    assert markup.policy_elsewhere("") == ["*"]
    assert markup.policy_elsewhere("script-src 'self'") == ["*"]
