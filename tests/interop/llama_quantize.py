"""Quantizes one file with r1 and with llama.cpp's own library, and compares every tensor: element types, and bytes.

    python tests/interop/llama_quantize.py --r1 build/r1 --libraries FOLDER SOURCE.gguf [TYPE ...]

FOLDER holds libllama*.so and libggml*.so of one llama.cpp build (node-llama-cpp: node_modules/@node-llama-cpp/linux-x64/bins/linux-x64). SOURCE holds F32, F16
or BF16. Needs gguf from PyPI. Prints one line a type; exits 1 if a tensor's type differs, or a byte of a format of 32 elements.
"""
import argparse
import ctypes
import pathlib
import subprocess
import sys
import tempfile

import gguf

FILE_TYPES = {"Q4_0": 2, "Q4_1": 3, "Q8_0": 7, "Q5_0": 8, "Q5_1": 9, "Q4_K_S": 14, "Q4_K_M": 15, "Q5_K_S": 16, "Q5_K_M": 17, "Q6_K": 18}
SEARCHED = {"Q4_K", "Q5_K", "Q6_K"}  # scales are searched for, each in its own way


class Parameters(ctypes.Structure):  # llama_model_quantize_params of llama.h, September 2026
    _fields_ = [(n, ctypes.c_int32) for n in ["threads", "file_type", "output_type", "embedding_type"]] + \
        [(n, ctypes.c_bool) for n in ["requantize", "quantize_output", "copy", "pure", "keep_split", "dry_run"]] + \
        [(n, ctypes.c_void_p) for n in ["imatrix", "overrides", "tensor_overrides", "prune", "buffer_bytes"]]


def load(folder):
    ctypes.CDLL(next(folder.glob("libggml-base*.so")), mode=ctypes.RTLD_GLOBAL)
    ggml = ctypes.CDLL(next(p for p in folder.glob("libggml*.so") if "-" not in p.name), mode=ctypes.RTLD_GLOBAL)
    ggml.ggml_backend_load_all_from_path(str(folder).encode())
    llama = ctypes.CDLL(next(p for p in folder.glob("libllama*.so") if "common" not in p.name))
    llama.llama_model_quantize_default_params.restype = Parameters
    llama.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Parameters)]
    llama.llama_model_quantize.restype = ctypes.c_uint32
    return llama


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--r1", required=True)
    parser.add_argument("--libraries", required=True, type=pathlib.Path)
    parser.add_argument("source")
    parser.add_argument("types", nargs="*", default=list(FILE_TYPES))
    args = parser.parse_args()
    llama, failed = load(args.libraries.resolve()), False
    with tempfile.TemporaryDirectory() as place:
        for name in args.types:
            ours, theirs = f"{place}/ours.gguf", f"{place}/theirs.gguf"
            subprocess.run([args.r1, "quantize", args.source, ours, "--type", name, "--force"], check=True, capture_output=True)
            parameters = llama.llama_model_quantize_default_params()
            parameters.file_type, parameters.threads = FILE_TYPES[name], 1
            assert llama.llama_model_quantize(args.source.encode(), theirs.encode(), ctypes.byref(parameters)) == 0
            a, b = ({t.name: t for t in gguf.GGUFReader(path).tensors} for path in (ours, theirs))
            types = sum(a[n].tensor_type == t.tensor_type for n, t in b.items())
            differ = [t.tensor_type.name for n, t in b.items() if a[n].data.tobytes() != t.data.tobytes()]
            print(f"{name}: {len(b)} tensors, types equal {types}, bytes equal {len(b) - len(differ)}, others {sorted(set(differ))}", flush=True)
            failed |= types != len(b) or a.keys() != b.keys() or not set(differ) <= SEARCHED
    sys.exit(failed)


main()
