// The frames of the load, encoded by hand, so that the generator costs the same whatever it is aimed at.

#include "bench.h"

#include <string.h>

static uint8_t *varint(uint8_t *to, uint64_t value) {
    while (value >= 0x80) {
        *to++ = (uint8_t)value | 0x80;
        value >>= 7;
    }
    *to++ = (uint8_t)value;
    return to;
}

static uint8_t *number(uint8_t *to, int field, uint64_t value) {
    return varint(varint(to, (uint64_t)field << 3), value);
}

static uint8_t *fixed64(uint8_t *to, int field, uint64_t value) {
    to = varint(to, (uint64_t)field << 3 | 1);
    memcpy(to, &value, 8);
    return to + 8;
}

static uint8_t *bytes(uint8_t *to, int field, const void *from, size_t count) {
    to = varint(varint(to, (uint64_t)field << 3 | 2), count);
    memcpy(to, from, count);
    return to + count;
}

size_t write_hello(uint8_t *frame, const char *name, uint64_t epoch) {
    uint8_t body[256], *end = body;
    end = number(end, 1, 1);                    // protocol_version
    end = bytes(end, 2, name, strlen(name));    // agent_name
    end = fixed64(end, 3, epoch);               // boot_epoch
    end = number(end, 4, 1 << 1 | 1 << 2);      // codecs
    end = number(end, 5, 1 << 20);              // largest_message_bytes
    end = number(end, 6, 1);                    // distribution: Gaussian
    end = number(end, 7, OBSERVATIONS);
    end = number(end, 8, ACTIONS);
    return (size_t)(bytes(frame, 1, body, (size_t)(end - body)) - frame);
}

size_t write_update(uint8_t *frame, const float *gradient, uint64_t epoch, uint64_t sequence, uint64_t base_version) {
    uint8_t report[256], *report_end = report;
    report_end = fixed64(report_end, 1, epoch);
    report_end = number(report_end, 2, sequence);
    report_end = number(report_end, 3, base_version);
    report_end = number(report_end, 4, 1);      // trajectories
    report_end = number(report_end, 5, 1000);   // steps

    uint8_t head[32], *head_end = head;
    head_end = number(head_end, 1, 1);          // codec: dense float32
    head_end = number(head_end, 2, PARAMETERS);
    size_t data_bytes = PARAMETERS * sizeof(float);
    uint8_t data_head[16], *data_head_end = varint(varint(data_head, 4 << 3 | 2), data_bytes);
    size_t vector_bytes = (size_t)(head_end - head) + (size_t)(data_head_end - data_head) + data_bytes;

    uint8_t prefix[512], *prefix_end = bytes(prefix, 1, report, (size_t)(report_end - report));
    prefix_end = varint(varint(prefix_end, 2 << 3 | 2), vector_bytes);
    size_t prefix_bytes = (size_t)(prefix_end - prefix);

    uint8_t *to = varint(varint(frame, 2 << 3 | 2), prefix_bytes + vector_bytes);
    memcpy(to, prefix, prefix_bytes);
    to += prefix_bytes;
    memcpy(to, head, (size_t)(head_end - head));
    to += head_end - head;
    memcpy(to, data_head, (size_t)(data_head_end - data_head));
    to += data_head_end - data_head;
    memcpy(to, gradient, data_bytes);
    return (size_t)(to + data_bytes - frame);
}

static bool read_varint(const uint8_t **from, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int shift = 0; *from < end && shift < 64; shift += 7) {
        uint8_t byte = *(*from)++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) return true;
    }
    return false;
}

// Finds a field of a message; for lengths, `from` and `end` become the field's own.
static bool find(const uint8_t **from, const uint8_t **end, uint64_t field, uint64_t *value) {
    const uint8_t *cursor = *from;
    while (cursor < *end) {
        uint64_t tag, length = 0;
        if (!read_varint(&cursor, *end, &tag)) return false;
        const uint8_t *start = cursor;
        switch (tag & 7) {
        case 0: if (!read_varint(&cursor, *end, value)) return false; break;
        case 1: cursor += 8; break;
        case 5: cursor += 4; break;
        case 2:
            if (!read_varint(&cursor, *end, &length)) return false;
            start = cursor;
            cursor += length;
            break;
        default: return false;
        }
        if (tag >> 3 == field) {
            *from = start;
            *end = cursor;
            return true;
        }
    }
    return false;
}

bool read_version(const uint8_t *frame, size_t count, uint64_t *version) {
    const uint8_t *from = frame, *end = frame + count;
    *version = 0;
    if (!find(&from, &end, 2, version)) {       // Policy
        from = frame, end = frame + count;
        if (!find(&from, &end, 1, version)) return false;   // Welcome
        if (!find(&from, &end, 4, version)) return false;   // its Policy
    }
    const uint8_t *body = from, *body_end = end;
    if (!find(&body, &body_end, 1, version)) *version = 0;  // version 0 is left out on the wire
    return true;
}
