"""A device with passkeys, made of software: it signs what it is asked, and can be made to misbehave."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


def _cose(key: ec.EllipticCurvePrivateKey) -> dict[int, Any]:
    """The public half as devices write it (ES256)."""
    at = key.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")}


@dataclass
class Device:
    """One device with one passkey. `counts` False is one of those that several devices share: always 0."""

    counts: bool = True
    verifies: bool = True
    attachment: str = "platform"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    own_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""
    count: int = 0
    origin: str = field(default_factory=lambda: str(settings.HERETASK_ADDRESS))

    def make(self, options: dict[str, Any]) -> str:
        """Answer a challenge to make a passkey."""
        asked = options["publicKey"]
        self.handle = websafe_decode(asked["user"]["id"])
        public = cbor.encode(_cose(self.key))
        known = bytes(16) + struct.pack(">H", len(self.own_id)) + self.own_id + public
        data = self._data(asked["rp"]["id"], WITH_KEY) + known
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked),
            attestationObject=websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        )

    def use(self, options: dict[str, Any], *, handle: bytes | None = None) -> str:
        """Answer a challenge with the passkey."""
        asked = options["publicKey"]
        client, data = self._client("webauthn.get", asked), self._data(asked["rpId"], 0)
        signed = data + hashlib.sha256(websafe_decode(client)).digest()
        return self._answer(
            clientDataJSON=client, authenticatorData=websafe_encode(data),
            signature=websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            userHandle=websafe_encode(self.handle if handle is None else handle),
        )  # fmt: skip

    def _data(self, us: str, more: int) -> bytes:
        self.count += self.counts
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(us.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, asked: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, **response: str) -> str:
        own = websafe_encode(self.own_id)
        said = {
            "id": own, "rawId": own, "type": "public-key", "authenticatorAttachment": self.attachment,
            "clientExtensionResults": {}, "response": response,
        }  # fmt: skip
        return json.dumps(said)
