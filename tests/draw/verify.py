#!/usr/bin/env python3
"""Checks a draw of the algorithm "frontrow-draw-1" from its published values alone.

    verify.py FILE...      (or - for standard input)

A file holds one draw, a list of draws, or {"vectors": [draw, ...]}. A draw is a JSON object:

    algorithm     "frontrow-draw-1"
    concert_id    "concert_..."
    secret        64 hex digits
    public_input  text, or null for none
    joins         [{"lobby_number": 1, "tag": "32 hex digits", "joined_at": "...Z"}, ...]
    commitment, join_digest, seed     64 hex digits each
    count         optional: number of joins
    ranks         optional: ranks[i] is the rank of lobby number i + 1

Prints one line a draw. Exit code: 0 all are right, 1 one is wrong, 2 one could not be read.
Written from docs/concepts/draw.md, apart from the program's own code; needs nothing but Python.
"""

import hashlib
import json
import struct
import sys
from datetime import datetime, timezone

ALGORITHM = "frontrow-draw-1"
TYPEID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Unreadable(Exception):
    pass


def concert_bytes(text):
    prefix, _, suffix = text.rpartition("_")
    if prefix != "concert" or len(suffix) != 26 or suffix[0] > "7":
        raise Unreadable("concert_id %r" % text)
    number = 0
    for character in suffix:
        digit = TYPEID_ALPHABET.find(character)
        if digit < 0:
            raise Unreadable("concert_id %r" % text)
        number = number * 32 + digit
    return number.to_bytes(16, "big")


def milliseconds(text):
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise Unreadable("joined_at %r" % text) from error
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000


def hex_bytes(name, text, size):
    try:
        value = bytes.fromhex(text)
    except (ValueError, TypeError) as error:
        raise Unreadable("%s is not hex" % name) from error
    if len(value) != size:
        raise Unreadable("%s has %d bytes instead of %d" % (name, len(value), size))
    return value


def sha256(message):
    return hashlib.sha256(message).digest()


def rotate_left(word, by):
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def quarter_round(s, a, b, c, d):
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = rotate_left(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = rotate_left(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = rotate_left(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = rotate_left(s[b] ^ s[c], 7)


def chacha20_block(key, counter):
    """The sixteen words of one block (RFC 8439, section 2.3) with a nonce of zeros."""
    start = list(struct.unpack("<4I", b"expand 32-byte k"))
    start += struct.unpack("<8I", key)
    start += [counter, 0, 0, 0]
    words = list(start)
    for _ in range(10):
        quarter_round(words, 0, 4, 8, 12)
        quarter_round(words, 1, 5, 9, 13)
        quarter_round(words, 2, 6, 10, 14)
        quarter_round(words, 3, 7, 11, 15)
        quarter_round(words, 0, 5, 10, 15)
        quarter_round(words, 1, 6, 11, 12)
        quarter_round(words, 2, 7, 8, 13)
        quarter_round(words, 3, 4, 9, 14)
    return [(a + b) & 0xFFFFFFFF for a, b in zip(words, start)]


def keystream_words(key):
    counter = 0
    while True:
        yield from chacha20_block(key, counter)
        counter += 1


def ranks_from_seed(seed, count):
    words = keystream_words(seed)
    ranks = list(range(1, count + 1))
    for left in range(count, 1, -1):
        uneven = 2**32 % left
        while True:
            product = next(words) * left
            if product % 2**32 >= uneven:
                break
        chosen = product // 2**32
        ranks[left - 1], ranks[chosen] = ranks[chosen], ranks[left - 1]
    return ranks


def digest_of_joins(concert, joins):
    digest = sha256(b"frontrow-draw-1:lobby" + concert)
    for record in joins:
        digest = sha256(
            b"frontrow-draw-1:join"
            + digest
            + record["lobby_number"].to_bytes(4, "big")
            + hex_bytes("tag", record["tag"], 16)
            + (milliseconds(record["joined_at"]) % 2**64).to_bytes(8, "big")
        )
    return digest


def problems(draw):
    """The sentences that say what is wrong with the draw; none where it is right."""
    if draw.get("algorithm") != ALGORITHM:
        return ["the algorithm is %r, not %r" % (draw.get("algorithm"), ALGORITHM)]
    secret = hex_bytes("secret", draw["secret"], 32)
    joins = draw["joins"]
    found = []
    if [record["lobby_number"] for record in joins] != list(range(1, len(joins) + 1)):
        found.append("the lobby numbers are not 1 to %d in order" % len(joins))
    if draw.get("count", len(joins)) != len(joins):
        found.append("there are %d joins, not %d" % (len(joins), draw["count"]))
    if sha256(secret) != hex_bytes("commitment", draw["commitment"], 32):
        found.append("the secret is not the one that was committed to")
    digest = digest_of_joins(concert_bytes(draw["concert_id"]), joins)
    if digest != hex_bytes("join_digest", draw["join_digest"], 32):
        found.append("the joins do not make the published digest")
    seed = sha256(secret + digest + (draw["public_input"] or "").encode("utf-8"))
    if seed != hex_bytes("seed", draw["seed"], 32):
        found.append("secret, joins and public input do not make the published seed")
    ranks = draw.get("ranks")
    if ranks is not None and ranks != ranks_from_seed(seed, len(joins)):
        found.append("the seed does not make the published ranks")
    return found


def draws_in(document):
    if isinstance(document, dict) and "vectors" in document:
        return document["vectors"]
    return document if isinstance(document, list) else [document]


def main(paths):
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    wrong = False
    try:
        for path in paths:
            with sys.stdin if path == "-" else open(path, encoding="utf-8") as file:
                document = json.load(file)
            for draw in draws_in(document):
                found = problems(draw)
                wrong = wrong or bool(found)
                name = draw.get("name") or draw.get("concert_id")
                print("%s: %s" % (name, "; ".join(found) or "right"))
    except (Unreadable, OSError, ValueError, KeyError, TypeError, AttributeError,
            OverflowError) as error:
        print("cannot read: %s: %s" % (type(error).__name__, error), file=sys.stderr)
        return 2
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
