"""What other quantizers make of the same rows, for src/quant/quantize_test.cc.

    python tests/golden/make_quantize_golden.py /path/to/libggml-base.so       # needs numpy and gguf; the library of any llama.cpp build

quant/rows.f32       16 rows of 512: normal, heavy-tailed (Student's t, 3 degrees), mostly zero, one-sided, constant, all zero, tiny, large
quant/FORMAT.rows    the formats of 32: the bytes by PyPI `gguf`, checked to be those of llama.cpp; the K formats: those of llama.cpp
"""
import ctypes
import pathlib
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

OUT = pathlib.Path(__file__).parent / "quant"
ROW = 512


def rows():
    rng = np.random.default_rng(11)
    x = [rng.standard_normal(ROW) * 0.02 for _ in range(5)] + [rng.standard_t(3, ROW) * 0.02 for _ in range(5)]
    x.append(np.where(rng.uniform(size=ROW) < 0.9, 0, rng.standard_normal(ROW)))
    x.append(np.abs(rng.standard_normal(ROW)) + 0.5)
    x.append(np.full(ROW, -0.75))
    x.append(np.zeros(ROW))
    x.append(rng.standard_normal(ROW) * 1e-7)
    x.append(rng.standard_normal(ROW) * 1e3)
    return np.stack(x).astype(np.float32)


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    x = rows()
    (OUT / "rows.f32").write_bytes(x.tobytes())
    for kind in [T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q4_K, T.Q5_K, T.Q6_K]:
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        blocks = np.zeros(x.size // elements * size, np.uint8)
        library.ggml_quantize_chunk(int(kind), x.ctypes.data, blocks.ctypes.data, 0, len(x), ROW, None)
        try:
            same = (gguf.quants.quantize(x, kind).reshape(-1) == blocks).mean()
            print(kind.name, "bytes equal between gguf and llama.cpp:", same)
        except NotImplementedError:
            pass
        values = gguf.quants.dequantize(blocks.reshape(len(x), -1), kind)
        print(kind.name, "mean square error of the normal rows", ((values - x)[:5].astype(np.float64) ** 2).mean())
        (OUT / f"{kind.name}.rows").write_bytes(blocks.tobytes())


main()
