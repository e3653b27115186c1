"""Unpacks every codec of Lapwing but the dense ones, written from section 8 of proto/PROTOCOL.md alone.

    python3 codecs.py CODEC COUNT PARAMETERS DATA [WIDTH …]      (bytes in hexadecimal)

CODEC is one of uniform, qsgd, ternary, natural, sign, grid, top-k, low-rank, lattice; low-rank needs the widths of the
layers, from the observation on. It prints one element a line, exactly.
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
    base, coded = parameters[0], is_coded(parameters, 1)
    coder, model, numbers = RangeDecoder(data) if coded else None, Model(), []
    if not coded and len(data) != count:
        raise ValueError("malformed")
    for index in range(count):
        if coded:
            power = 127 - model.read(coder)
            sign = coder.raw(1)
        else:
            sign, power = data[index] >> 7, data[index] & 127
        numbers.append(single(sign << 31 | (power + base << 23 if power else 0)))
    if coder:
        coder.end()
    return numbers


def rounded(number):
    """To binary32."""
    return struct.unpack("<f", struct.pack("<f", number))[0]


def is_coded(parameters, length):
    """Whether the byte that says so follows the codec's own parameters."""
    if len(parameters) == length:
        return False
    if len(parameters) != length + 1 or parameters[length] != 1:
        raise ValueError("malformed")
    return True


def plain_codes(count, bits, data):
    """Codes of some bits, the least bits first."""
    if len(data) != (count * bits + 7) // 8:
        raise ValueError("malformed")
    stream = int.from_bytes(data, "little")
    if stream >> count * bits:
        raise ValueError("malformed")
    return [stream >> index * bits & (1 << bits) - 1 for index in range(count)]


def coded_around_zero(count, zero, data):
    """Codes of which one stands for zero: the sign follows a magnitude that is not."""
    coder, model, codes = RangeDecoder(data), Model(), []
    for _ in range(count):
        magnitude = model.read(coder)
        codes.append(zero + (-magnitude if magnitude and coder.raw(1) else magnitude))
    coder.end()
    return codes


def coded_around_middle(count, bits, data):
    """Codes on both sides of a middle that is none: the sign always follows."""
    coder, model, codes = RangeDecoder(data), Model(), []
    for _ in range(count):
        magnitude = model.read(coder)
        codes.append((1 << bits - 1) - 1 - magnitude if coder.raw(1) else (1 << bits - 1) + magnitude)
    coder.end()
    return codes


def steps_of(count, bucket, data):
    """A step for each element, and what follows the steps."""
    bucket = bucket * 32 or count
    buckets = -(-count // bucket)
    steps = struct.unpack_from("<%df" % buckets, data)
    return [steps[index // bucket] for index in range(count)], data[4 * buckets :]


def uniform(count, parameters, data):
    bits, bucket = struct.unpack("<BH", parameters[:3])
    coded = is_coded(parameters, 3)
    steps, data = steps_of(count, bucket, data)
    middle = (1 << bits - 1) - 1
    if bits == 1:
        codes = coded_around_middle(count, 1, data) if coded else plain_codes(count, 1, data)
        return [rounded((2 * code - 1) * step) for code, step in zip(codes, steps)]
    codes = coded_around_zero(count, middle, data) if coded else plain_codes(count, bits, data)
    if any(not 0 <= code <= 2 * middle for code in codes):
        raise ValueError("malformed")
    return [rounded((code - middle) * step) for code, step in zip(codes, steps)]


def ternary(count, parameters, data):
    (bucket,) = struct.unpack("<H", parameters[:2])
    steps, rest = steps_of(count, bucket, data)
    if is_coded(parameters, 2):
        codes = coded_around_zero(count, 1, rest)
    else:
        if len(rest) != -(-count // 5) or any(byte > 242 for byte in rest):
            raise ValueError("malformed")
        codes = [byte // 3**place % 3 for byte in rest for place in range(5)]
        if any(codes[count:]):
            raise ValueError("malformed")
    return [rounded((code - 1) * step) for code, step in zip(codes, steps)]


def sign(count, parameters, data):
    (bucket,) = struct.unpack("<H", parameters[:2])
    steps, rest = steps_of(count, bucket, data)
    coded = is_coded(parameters, 2)
    codes = coded_around_middle(count, 1, rest) if coded else plain_codes(count, 1, rest)
    return [rounded((2 * code - 1) * step) for code, step in zip(codes, steps)]


def grid(count, parameters, data):
    bits, coded = parameters[0], is_coded(parameters, 1)
    steps, rest = steps_of(count, 0, data)
    codes = coded_around_middle(count, bits, rest) if coded else plain_codes(count, bits, rest)
    if any(not 0 <= code < 1 << bits for code in codes):
        raise ValueError("malformed")
    return [rounded((2 * code - (1 << bits) + 1) * step) for code, step in zip(codes, steps)]


def low_rank(count, parameters, data, widths):
    """`widths`: of the layers from the observation on, which say where the matrices are."""
    rank, outside = parameters
    place, numbers = 0, []

    def scale(byte):
        return 2.0 ** (byte - 127) if byte else 0.0

    def byte():
        nonlocal place
        place += 1
        return data[place - 1]

    def halves(amount):
        nonlocal place
        place += 2 * amount
        return struct.unpack_from("<%de" % amount, data, place - 2 * amount)

    def single_elements(amount):
        numbers.extend(rounded(half * scale(outside)) for half in halves(amount))

    for columns, rows in zip(widths, widths[1:]):
        thin = min(rank, rows, columns)
        if thin * (rows + columns) >= rows * columns:
            single_elements(rows * columns)
        else:
            factor = scale(byte())
            left = [halves(rows) for _ in range(thin)]
            right = [halves(columns) for _ in range(thin)]
            for row in range(rows):
                for column in range(columns):
                    total = 0.0
                    for index in range(thin):
                        product = rounded(rounded(left[index][row] * factor) * right[index][column])
                        total = rounded(total + product)
                    numbers.append(total)
        single_elements(rows)
    single_elements(count - len(numbers))
    if place != len(data):
        raise ValueError("malformed")
    return numbers


CODECS = {
    "uniform": uniform, "qsgd": uniform, "ternary": ternary, "natural": natural, "sign": sign, "grid": grid,
    "top-k": top_k, "low-rank": low_rank, "lattice": lattice,
}


if __name__ == "__main__":
    codec, count, parameters, data, *widths = sys.argv[1:]
    extra = [[int(width) for width in widths]] if widths else []
    for number in CODECS[codec](int(count), bytes.fromhex(parameters), bytes.fromhex(data), *extra):
        print(number.hex())
