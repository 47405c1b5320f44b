#!/usr/bin/python3
"""A bare window around WebKitGTK, which WebKitWebDriver starts and drives: the engine of Safari, on Linux.

The browser that comes with WebKitGTK would do but for two things: its toolbar is wider than a phone, and it opens a
driven window in a private session, of which WebKit writes no console. Here the window is as narrow as it is told to be,
and errors of scripts and refusals of the content policy go to standard output. What it keeps lies in a folder that goes
again.
"""

import atexit
import shutil
import tempfile
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402

NAME = "MiniBrowser"  # what Selenium asks for; the version is the engine's


def main() -> None:
    """Wait for a driver, until it ends this process."""
    folder = tempfile.mkdtemp(prefix="heretask-webkit-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=folder)
    context = WebKit2.WebContext(website_data_manager=store)
    context.set_automation_allowed(True)
    context.connect("automation-started", started)
    Gtk.main()


def started(context: Any, session: Any) -> None:
    """Say which engine this is, and open windows when asked to."""
    about = WebKit2.ApplicationInfo()
    about.set_name(NAME)
    about.set_version(WebKit2.get_major_version(), WebKit2.get_minor_version(), WebKit2.get_micro_version())
    session.set_application_info(about)
    session.connect("create-web-view", lambda _session: opened(context))


def opened(context: Any) -> Any:
    """A window with nothing but the page; with its last one this process ends."""
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
    view.get_settings().set_enable_write_console_messages_to_stdout(True)
    window = Gtk.Window(default_width=1280, default_height=844)
    window.add(view)
    window.connect("destroy", Gtk.main_quit)
    view.connect("close", lambda _view: window.destroy())
    window.show_all()
    return view


if __name__ == "__main__":
    main()
