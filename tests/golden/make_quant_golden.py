"""Blocks of every GGUF format with the values that the reference decoder of PyPI `gguf` gives them.

Per format FORMAT: quant/FORMAT.blocks, the bytes, and quant/FORMAT.f32, what they mean. Half of the blocks come from the package's own
quantizer where it has one, half are random digits under random finite half-precision scales of either sign, subnormal ones too.
quant/halves.f32 holds numpy's f32 for all 65,536 halves, as their SHA-256 only; quant/rounding.bin pairs (f32, its nearest half).

    python tests/golden/make_quant_golden.py        # needs numpy and gguf
"""
import hashlib
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

OUT = pathlib.Path(__file__).parent / "quant"
# Where the half-precision scales of a block stand.
SCALES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2],
          T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0]}


def random_blocks(rng, kind, blocks):
    data = np.frombuffer(rng.bytes(blocks * gguf.GGML_QUANT_SIZES[kind][1]), np.uint8).reshape(blocks, -1).copy()
    for at in SCALES[kind]:
        halves = rng.integers(0, 0x7c00, blocks, dtype=np.uint16)  # finite
        halves[0] = rng.integers(0, 0x400)                         # subnormal
        halves |= rng.integers(0, 2, blocks, dtype=np.uint16) << 15
        data[:, at:at + 2] = halves.view(np.uint8).reshape(blocks, 2)
    return data


def main():
    OUT.mkdir(exist_ok=True)
    for kind in SCALES:
        rng = np.random.default_rng(int(kind))
        elements = gguf.GGML_QUANT_SIZES[kind][0]
        count = 8 if elements == 32 else 3
        parts = [random_blocks(rng, kind, count)]
        try:
            x = (rng.standard_normal((count, elements)) * rng.uniform(0.01, 10, (count, 1))).astype(np.float32)
            parts.append(gguf.quants.quantize(x, kind))
        except NotImplementedError:
            pass
        blocks = np.concatenate(parts)
        values = gguf.quants.dequantize(blocks, kind).astype(np.float32)
        assert np.isfinite(values).all()
        (OUT / f"{kind.name}.blocks").write_bytes(blocks.tobytes())
        (OUT / f"{kind.name}.f32").write_bytes(values.tobytes())
    halves = np.arange(65536, dtype=np.uint16)
    finite = halves[(halves & 0x7fff) <= 0x7c00]
    print("finite halves and infinities as f32:", hashlib.sha256(finite.view(np.float16).astype(np.float32).tobytes()).hexdigest())
    rng = np.random.default_rng(7)
    bits = rng.integers(0, 1 << 32, 2000, dtype=np.uint64).astype(np.uint32)
    near = (rng.standard_normal(1000) * 2.0 ** rng.uniform(-26, 17, 1000)).astype(np.float32).view(np.uint32)  # around half's range
    bits = np.concatenate([bits, near])
    bits = bits[~np.isnan(bits.view(np.float32))]
    with np.errstate(over="ignore"):
        rounded = bits.view(np.float32).astype(np.float16).view(np.uint16)
    (OUT / "rounding.bin").write_bytes(bits.tobytes() + rounded.tobytes())


main()
