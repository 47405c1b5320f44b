"""How files come in: counted while they are read, so that what is too large fills neither memory nor disk.

Nothing is written to disk on the way; a refused file is read to its end and dropped, so that the rest of the form
is there and the person gets a sentence instead of a broken connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from heretask.kernel.files.accepting import Accepted, accept
from heretask.kernel.files.policies import LARGEST, MOST, REQUEST, TOGETHER, Refused, too_large, too_many, too_much

from .marks import Mark

if TYPE_CHECKING:
    File = UploadedFile[Any]
else:  # Django's own class cannot be subscripted while the program runs
    File = UploadedFile


class Received(File):
    """A file of a form: `accepted` as it may be kept, or else `refused`, the sentence that says why not."""

    def __init__(self, name: str, content: bytes, refused: str) -> None:
        super().__init__(name=name, size=len(content))
        self.content, self.refused = content, refused
        self.accepted: Accepted | None = None

    def look(self) -> None:
        """Find out what it is; its bytes as they came are not needed any more after that."""
        if not self.refused:
            try:
                self.accepted = accept(self.content, self.name or "")
            except Refused as wrong:
                self.refused = str(wrong)
        self.content = b""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002  (Django's signature)
        """Nothing: what may be read of it is in `accepted`."""
        return iter(())


class Receiving(FileUploadHandler):
    """Reads the files of one request, with every limit kept as they come."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.count = self.together = self.taken = 0
        self.pieces: list[bytes] = []
        self.refused = ""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin the next file."""
        super().new_file(*args, **kwargs)
        self.count += 1
        self.pieces, self.taken = [], 0
        self.refused = too_many() if self.count > MOST else ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  (Django's signature)
        """Take the next piece, or drop it."""
        self.taken += len(raw_data)
        if not self.refused:
            self.together += len(raw_data)
            self.pieces.append(raw_data)
            if self.taken > LARGEST or self.together > TOGETHER:
                self.refused = too_large() if self.taken > LARGEST else too_much()
                self.together -= self.taken
                self.pieces = []

    def file_complete(self, file_size: int) -> Received:  # noqa: ARG002  (Django's signature)
        """The file, whole or refused."""
        content, self.pieces = b"".join(self.pieces), []
        return Received(str(self.file_name or ""), content, self.refused)


def receive_if(request: HttpRequest, mark: Mark) -> None:
    """Receive what is sent to an address that takes files. No transaction is open while a network is waited for."""
    if mark.files and request.method == "POST":
        receive(request)


def receive(request: HttpRequest) -> None:
    """Read a form with its files, and look at each. Raises BadRequest for what is no form, or was broken off."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > REQUEST:
        raise RequestDataTooBig(_("What was sent is far larger than all files together may be."))
    request.upload_handlers = [Receiving(request)]
    try:
        files = request.FILES
    except (MultiPartParserError, UnreadablePostError) as wrong:
        raise BadRequest(_("What was sent is damaged.")) from wrong
    for several in files.lists():
        for one in several[1]:
            if isinstance(one, Received):
                one.look()
