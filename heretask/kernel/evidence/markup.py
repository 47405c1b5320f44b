"""What a page makes a browser do: load something from elsewhere, or be asked to install something (WEB-1)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

_LOADS = {
    ("script", "src"), ("link", "href"), ("img", "src"), ("img", "srcset"), ("source", "src"), ("source", "srcset"),
    ("iframe", "src"), ("frame", "src"), ("video", "src"), ("video", "poster"), ("audio", "src"), ("track", "src"),
    ("input", "src"), ("object", "data"), ("embed", "src"), ("form", "action"), ("button", "formaction"),
    ("body", "background"), ("image", "href"), ("use", "href"), ("base", "href"),
}  # fmt: skip
_PLUG_INS = frozenset({"object", "embed", "applet", "frame", "frameset"})
_IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)
_INSTALLS = re.compile(r"serviceWorker\s*\.\s*register|beforeinstallprompt|InstallTrigger|chrome\.webstore")


class _Reader(HTMLParser):
    def __init__(self, host: str) -> None:
        super().__init__()
        self.host = host
        self.elsewhere: list[str] = []
        self.installs: list[str] = []
        self.ours: list[str] = []  # scripts and style sheets, to be looked at as well

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Where it points, and whether it asks for a plug-in or to be installed."""
        given = {name: value or "" for name, value in attrs}
        if tag in _PLUG_INS or "manifest" in given.get("rel", "").lower().split() or "manifest" in given:
            self.installs.append(tag)
        for name, value in given.items():
            if (tag, name.removeprefix("xlink:")) in _LOADS:
                for one in value.split(",") if name == "srcset" else [value]:
                    self._points(one.strip().partition(" ")[0], tag)
        self.elsewhere += _IN_STYLE.findall(given.get("style", ""))

    def _points(self, url: str, tag: str) -> None:
        if foreign(url, self.host):
            self.elsewhere.append(url)
        elif tag in {"script", "link"} and url.startswith("/"):
            self.ours.append(url)


def foreign(url: str, host: str) -> bool:
    """Whether a browser on a page of `host` would go elsewhere for it."""
    parts = urlsplit(url)
    if parts.scheme == "data":
        return False
    return parts.netloc not in {"", host} or (bool(parts.scheme) and parts.scheme != "https")


def read(html: str, host: str) -> tuple[list[str], list[str], list[str]]:
    """Of a page of `host`: what it loads from elsewhere, what it asks to install, our own scripts and styles."""
    reader = _Reader(host)
    reader.feed(html)
    reader.close()
    return reader.elsewhere, reader.installs, reader.ours


def read_part(content: str, host: str) -> tuple[list[str], list[str]]:
    """Of a script or style sheet: the same two. An address that is only a word in a script is none that it loads."""
    return [one for one in _IN_STYLE.findall(content) if foreign(one, host)], _INSTALLS.findall(content)


def policy_elsewhere(policy: str) -> list[str]:
    """Sources of a content policy that are not ourselves; without a policy, everything is."""
    directives = [one.split() for one in policy.split(";") if one.strip()]
    if not any(one[0] == "default-src" for one in directives):
        return ["*"]
    ours = {"'self'", "'none'", "data:"}
    return [source for one in directives for source in one[1:] if source not in ours]
