"""Reads a customer's spreadsheet, judged by its content and never by its name alone."""

from django.utils.translation import gettext as _

from heretask.kernel.spreadsheet.delimited import read_delimited
from heretask.kernel.spreadsheet.sheet import MAX_BYTES, Sheet, Unreadable
from heretask.kernel.spreadsheet.workbook import read_workbook

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and the shell around an encrypted new one
_OTHER_FILES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")


def read_rows(data: bytes, name: str) -> Sheet:
    """Read a CSV or XLSX file; `name` is only used to speak of it."""
    if not data:
        raise Unreadable(_("The file is empty (0 bytes)."))
    if len(data) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(limit)d MB.") % {"limit": MAX_BYTES // 1_000_000})
    if data.startswith(_OLE):
        raise Unreadable(_old_or_locked(data))
    if data.startswith(_ZIP):
        return read_workbook(data, name)
    if data.startswith(_OTHER_FILES):
        raise _not_a_spreadsheet()
    if data.lstrip()[:9].lower().startswith((b"<html", b"<!doctype", b"<?xml")):
        raise Unreadable(_("The file is a web page, not a spreadsheet. Open it in Excel and save it as .xlsx or CSV."))
    return read_delimited(data, name)


def _old_or_locked(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _("The workbook is locked with a password. Save a copy without a password and send that.")
    return _("The file is of the old Excel kind (.xls). Save it as .xlsx or CSV and try again.")


def _not_a_spreadsheet() -> Unreadable:
    return Unreadable(_("The file is not a spreadsheet. Use an .xlsx or a CSV file."))
