"""The column type of sealed text: the database and every backup hold ciphertext only."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Binary = models.BinaryField[Any, Any]
else:  # Django's own classes cannot be subscripted while the program runs
    Binary = models.BinaryField


class Sealed(Binary):
    """Text sealed under the key of `of`: "customer", or the name of the row's column that names the citizen or person.

    Where that column may be empty and is, the row is tied to nobody, and the customer's key seals it.
    The value in Python is ciphertext; `secrets.seal` writes it and `secrets.open_text` reads it. There is no way to
    get the text by touching the attribute, so no template or log can print it by accident.
    """

    def __init__(self, *args: Any, of: str = "customer", **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As Django's, with whose key it is."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["of"] = self.of
        return name, path, args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:  # noqa: ARG002  (Django's signature)
        """Bytes, whatever the driver gives."""
        return None if value is None else bytes(value)
