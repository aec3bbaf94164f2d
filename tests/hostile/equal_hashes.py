"""Exhausting: a dict with tens of thousands of keys of one hash, which takes minutes to build."""
import sys

P = 2**61 - 1

class Evil:
    pass

def forged(encode):
    def encode_evil(self, value, depth=0):
        if isinstance(value, Evil):
            return {"t": "dict", "v": [[i * P, 0] for i in range(1, 60001)]}
        return encode(self, value, depth)
    return encode_evil

encoder = sys.modules["grader.worker.calls"].ResultEncoder
encoder.encode = forged(encoder.encode)

def scale(x, n):
    return Evil()
