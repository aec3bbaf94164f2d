"""Coverage-guided fuzzing of what the trusted side reads from a worker: `make fuzz`, or with libFuzzer options.

Any bytes are a frame with a value in it, or a `CodecError`; nothing else is raised, and nothing takes long or much.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
import torch

with atheris.instrument_imports(include=["grader.worker.codec", "grader.worker.frames"]):
    from grader.worker import frames
    from grader.worker.codec import CodecError, Decoder, Encoder

MAX_PAYLOAD_BYTES = 1 << 20


TAGS = ["tuple", "size", "dict", "float", "complex", "slice", "bytes", "dtype", "device", "ref", "array", "tensor"]
NAMES = ["shared", "ellipsis", "float32", "int64", "bool", "cuda:1", "cpu", "module", "callable", "nan", "inf"]
KEYS = [f'"{key}"' for key in ("t", "v", "b", "fd", "id", "kind", "type", "bases", "shape", "dtype", "grad")]
JSON = [
    "true",
    "null",
    "-1",
    "9999999999999999999",
    "1e400",
    "[[",
    "]]",
    "{}",
    '{"t":"',
    '","v":[',
    ',"b":0',
    ',"shape":[',
]
TOKENS = [*TAGS, *NAMES, *KEYS, *JSON]


def read(data: bytes) -> None:
    """Raw bytes, or (after a zero) a value's JSON and a payload in a frame that fits them."""
    if data[:1] != b"\0":
        read_frame(data)
        return
    length = int.from_bytes(data[1:3], "big")
    node, payload = data[3 : 3 + length], data[3 + length :]
    header = b'{"message":{"value":' + node + b'},"buffers":[%d]}' % len(payload)
    read_frame(frames.HEAD.pack(len(header), len(payload)) + header + payload)


def read_frame(data: bytes) -> None:
    """What the trusted side does with a reply: head, header, payload, message, every value in it."""
    head, rest = data[: frames.HEAD.size], data[frames.HEAD.size :]
    if len(head) < frames.HEAD.size:
        return
    try:
        header_bytes, payload_bytes = frames.sizes(head, MAX_PAYLOAD_BYTES)
        header, payload = rest[:header_bytes], rest[header_bytes : header_bytes + payload_bytes]
        message, buffers = frames.unpack(header, payload)
        for value in message.values():
            Decoder(buffers, lambda reference: reference).decode(value)
    except CodecError:
        pass


def seeds(folder: Path) -> None:
    """Replies as honest workers give them."""
    values = [1, "text", [1.5, None, True], (1, {"a": [2]}), {"loss": 0.5}, torch.ones(2, 3), torch.arange(4).bool()]
    folder.mkdir(parents=True, exist_ok=True)
    for number, value in enumerate([*values, torch.Size([2]), torch.float64, 1j, b"bytes", slice(1, 2), ...]):
        encoder = Encoder()
        parts = frames.pack({"value": encoder.encode(value), "changes": []}, encoder.buffers)
        (folder / f"frame-{number}").write_bytes(b"".join(bytes(part) for part in parts))
        node, payload = json.dumps(encoder.encode(value)).encode(), b"".join(map(bytes, encoder.buffers))
        (folder / f"value-{number}").write_bytes(b"\0" + len(node).to_bytes(2, "big") + node + payload)


if __name__ == "__main__":
    corpus = next((Path(argument) for argument in sys.argv[1:] if not argument.startswith("-")), None)
    if corpus is not None:
        seeds(corpus)
        words = corpus.with_suffix(".dict")
        words.write_text("\n".join(json.dumps(token) for token in TOKENS) + "\n")
        sys.argv.append(f"-dict={words}")
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
