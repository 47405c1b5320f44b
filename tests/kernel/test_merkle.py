"""The tree of RFC 6962 and signed notes, held against what others have published and against plain definitions."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from heretask.kernel.log import notes
from heretask.kernel.log.encoding import encode, leaf_of
from heretask.kernel.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    NotInTree,
    Tree,
    check_consistency,
    fold,
    leaf_hash,
    node_hash,
    pieces,
    root_from_inclusion,
)

VECTORS = Path(__file__).parent / "vectors"

# leaves, roots and proofs of the reference tests of Certificate Transparency (google/certificate-transparency,
# merkletree tests; the same stand in transparency-dev/merkle)
PUBLISHED_LEAVES = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_INCLUSION = {  # (index, size): proof
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PUBLISHED_CONSISTENCY = {  # (older, size): proof
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, written down as it stands there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def grown(leaves: list[bytes]) -> tuple[Tree, list[bytes]]:
    """A tree of these leaves, and its root at each size from 1 on."""
    levels: dict[int, list[bytes]] = {0: leaves, 8: [], 16: []}
    frontier, roots = Frontier(), []
    for leaf in leaves:
        for level, place, hash_ in frontier.append(leaf):
            assert len(levels[level]) == place
            levels[level].append(hash_)
        roots.append(frontier.root())
    return Tree(lambda level, first, count: levels[level][first : first + count], len(leaves)), roots


def published() -> list[bytes]:
    return [leaf_hash(bytes.fromhex(data)) for data in PUBLISHED_LEAVES]


def test_published_roots() -> None:
    assert [root.hex() for root in grown(published())[1]] == PUBLISHED_ROOTS


@pytest.mark.parametrize(("index", "size"), PUBLISHED_INCLUSION)
def test_published_proofs_of_inclusion(index: int, size: int) -> None:
    proof = grown(published()[:size])[0].inclusion(index)
    assert [one.hex() for one in proof] == PUBLISHED_INCLUSION[index, size]
    assert root_from_inclusion(index, size, published()[index], proof).hex() == PUBLISHED_ROOTS[size - 1]


@pytest.mark.parametrize(("older", "size"), PUBLISHED_CONSISTENCY)
def test_published_proofs_of_consistency(older: int, size: int) -> None:
    proof = grown(published()[:size])[0].consistency(older)
    assert [one.hex() for one in proof] == PUBLISHED_CONSISTENCY[older, size]
    check_consistency(
        older, size, bytes.fromhex(PUBLISHED_ROOTS[older - 1]), bytes.fromhex(PUBLISHED_ROOTS[size - 1]), proof
    )


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT == plain_root([])


@given(st.integers(1, 1400), st.data())
def test_roots_and_proofs_equal_the_definition(size: int, data: st.DataObject) -> None:
    leaves = [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(size)]
    tree, roots = grown(leaves)
    assert tree.root() == roots[-1] == plain_root(leaves)
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert root_from_inclusion(index, size, leaves[index], tree.inclusion(index)) == roots[-1]
    check_consistency(older, size, roots[older - 1], roots[-1], tree.consistency(older))
    first, end = sorted([data.draw(st.integers(0, size)), data.draw(st.integers(0, size))])
    covered = [n for level, place in pieces(first, end) for n in range(place << level, (place + 1) << level)]
    assert covered == list(range(first, end))
    if first == 0:
        assert fold([tree.hash_of(piece) for piece in pieces(0, end)]) == plain_root(leaves[:end])


@given(st.integers(2, 300), st.data())
def test_a_changed_proof_never_holds(size: int, data: st.DataObject) -> None:
    leaves = [hashlib.sha256(i.to_bytes(4, "big")).digest() for i in range(size)]
    tree, roots = grown(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index)
    place = data.draw(st.integers(0, len(proof) - 1))
    bent = [os.urandom(32) if n == place else one for n, one in enumerate(proof)]
    assert root_from_inclusion(index, size, leaves[index], bent) != roots[-1]
    with pytest.raises(NotInTree):
        root_from_inclusion(index, size, leaves[index], [*proof, os.urandom(32)])
    older = data.draw(st.integers(1, size - 1))
    with pytest.raises(NotInTree):
        check_consistency(older, size, os.urandom(32), roots[-1], tree.consistency(older))
    with pytest.raises(NotInTree):
        check_consistency(older, size, roots[older - 1], roots[-1], tree.consistency(older)[:-1])


# the example of the signed note's reference implementation (golang.org/x/mod/sumdb/note)
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_published_note_holds() -> None:
    text, held = notes.check(NOTE, [KEY])
    assert text == NOTE[: NOTE.index("\n\n") + 1]
    assert held == (KEY,)


@pytest.mark.parametrize(
    "bent",
    [NOTE.replace("problem", "Problem", 1), NOTE.replace("x08go", "x08gp"), NOTE[:-1], NOTE.replace("— ", "- "), ""],
)
def test_a_bent_note_does_not_hold(bent: str) -> None:
    with pytest.raises(notes.NotANote):
        notes.check(bent, [KEY])


def test_a_checkpoint_with_two_keys_holds_by_either() -> None:
    old, new = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    origin = notes.origin_of(UUID(int=7))
    at = dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    note, lines = notes.sign(notes.body(origin, 3, b"r" * 32, at), origin, [old, new])
    for line in lines:
        found = notes.check_checkpoint(note, [line])
        assert (found.origin, found.size, found.root, found.at, found.keys) == (origin, 3, b"r" * 32, at, (line,))
    stranger = notes.public_line(origin, Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(notes.NotANote):
        notes.check_checkpoint(note, [stranger])


def test_the_form_of_an_event_is_frozen() -> None:
    """Whoever changes the form makes every log written so far look forged: these bytes must never change."""
    for one in json.loads((VECTORS / "events.json").read_text()):
        values, salt = values_of(one["event"]), bytes.fromhex(one["salt"])
        assert encode(values, salt).hex() == one["form"]
        assert leaf_of(salt, values).hex() == one["leaf"]


def values_of(told: dict[str, object]) -> dict[str, object]:
    """An event of the vector file as the program has it."""
    ids = {"id", "customer", "actor", "session", "grant", "object_id", "citizen"}
    values: dict[str, object] = {}
    for name, value in told.items():
        if value is not None and name in ids:
            values[name] = UUID(str(value))
        elif name == "shown":
            values[name] = tuple(UUID(str(one)) for one in value)  # type: ignore[attr-defined]
        elif name == "changed":
            values[name] = tuple(value)  # type: ignore[arg-type]
        elif name == "detail" and value is not None:
            values[name] = str(value).encode()
        else:
            values[name] = value
    return values
