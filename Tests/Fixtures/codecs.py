"""Unpacks what goes through Lapwing's range coder, written from section 8 of proto/PROTOCOL.md alone.

    python3 codecs.py lattice|top-k|natural|uniform COUNT PARAMETERS DATA      (bytes in hexadecimal)

prints one element a line, exactly.
"""

import struct
import sys


class Context:
    """How likely the next bit is a zero, in units of 1 / 65,536."""

    def __init__(self):
        self.zero, self.seen = 32768, 0

    def learn(self, bit):
        shift = (self.seen + 2).bit_length() - 1
        if bit:
            self.zero -= self.zero >> shift
        else:
            self.zero += (65536 - self.zero) >> shift
        self.seen = min(self.seen + 1, 126)


class RangeDecoder:
    def __init__(self, data):
        self.data, self.place, self.code, self.range = data, 0, 0, 0xFFFFFFFF
        for _ in range(4):
            self.take()

    def take(self):
        byte = self.data[self.place] if self.place < len(self.data) else 0
        self.code, self.place = (self.code << 8 | byte) & 0xFFFFFFFF, self.place + 1

    def below(self, bound):
        """0 below the bound, 1 from it on."""
        bit = self.code >= bound
        if bit:
            self.code -= bound
        return int(bit)

    def normalise(self):
        while self.range < 1 << 24:
            self.take()
            self.range <<= 8

    def bit(self, context):
        bound = (self.range >> 12) * (context.zero >> 4)
        bit = self.below(bound)
        self.range = self.range - bound if bit else bound
        context.learn(bit)
        self.normalise()
        return bit

    def raw(self, count):
        value = 0
        for _ in range(count):
            self.range >>= 1
            value = value * 2 + self.below(self.range)
            self.normalise()
        return value

    def end(self):
        if self.place != len(self.data) + 3 or self.code >= 1 << 24:
            raise ValueError("malformed")


class Model:
    """Whole numbers, by their bit length in unary, and what follows their first bit."""

    def __init__(self):
        self.unary = [[Context() for _ in range(31)] for _ in range(16)]
        self.fraction = [[Context() for _ in range(4)] for _ in range(31)]
        self.recent = 0

    def read(self, coder):
        contexts, length = self.unary[min(self.recent.bit_length(), 15)], 0
        while coder.bit(contexts[length]):
            length += 1
            if length > 30:
                raise ValueError("malformed")
        value, left = min(length, 1), max(length - 1, 0)
        while left and value < 4:
            value, left = value * 2 + coder.bit(self.fraction[length][value]), left - 1
        value = value << left | coder.raw(left)
        self.recent += (min(value, 1 << 20) << 2) - (self.recent >> 2)
        return value


def single(bits):
    return struct.unpack("<f", struct.pack("<I", bits))[0]


def lattice(count, parameters, data):
    (exponent,) = struct.unpack("<b", parameters)
    coder, model, numbers = RangeDecoder(data), Model(), []
    for _ in range(count):
        steps = model.read(coder)
        numbers.append((-steps if steps and coder.raw(1) else steps) * 2.0**exponent)
    coder.end()
    return numbers


def top_k(count, parameters, data):
    kept, base, step, bits = struct.unpack("<IIIB", parameters)
    coder, gaps, values, numbers, place = RangeDecoder(data), Model(), Model(), [0.0] * count, 0
    for _ in range(kept):
        place += gaps.read(coder)
        sign = coder.raw(1)
        level = values.read(coder) if bits > 1 else 0
        numbers[place] = single(sign << 31 | base + level * step)
        place += 1
    coder.end()
    return numbers


def natural(count, parameters, data):
    base, mark = parameters
    coder, model, numbers = RangeDecoder(data), Model(), []
    for _ in range(count):
        power = 127 - model.read(coder)
        sign = coder.raw(1)
        numbers.append(single(sign << 31 | (power + base << 23 if power else 0)))
    coder.end()
    return numbers


def uniform(count, parameters, data):
    bits, bucket, mark = struct.unpack("<BHB", parameters)
    bucket = bucket * 32 or count
    steps = 4 * -(-count // bucket)
    coder, model, numbers = RangeDecoder(data[steps:]), Model(), []
    for index in range(count):
        level = model.read(coder)
        level = -level if level and coder.raw(1) else level
        (step,) = struct.unpack_from("<f", data, index // bucket * 4)
        numbers.append(struct.unpack("<f", struct.pack("<f", level * step))[0])
    coder.end()
    return numbers


if __name__ == "__main__":
    codec = {"lattice": lattice, "top-k": top_k, "natural": natural, "uniform": uniform}[sys.argv[1]]
    for number in codec(int(sys.argv[2]), bytes.fromhex(sys.argv[3]), bytes.fromhex(sys.argv[4])):
        print(number.hex())
