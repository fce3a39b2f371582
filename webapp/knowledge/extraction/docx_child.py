"""Turns a Word file on standard input into one JSON object with its HTML. Runs alone: see isolation.py."""

from __future__ import annotations

import io
import json
import sys

import mammoth  # type: ignore[import-untyped] # It comes without types.


def main() -> None:
    """Read, convert, print. Pictures are left where they are; only what they say in words comes along."""
    source = io.BytesIO(sys.stdin.buffer.read())
    pictures = mammoth.images.img_element(lambda _: {"src": ""})
    result = mammoth.convert_to_html(source, convert_image=pictures, style_map="p[style-name='Title'] => h1:fresh")
    print(json.dumps({"html": result.value}))


if __name__ == "__main__":
    main()
