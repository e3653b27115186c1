// The load: agents without an environment. Each connection sends its next message when the last is answered.

#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

typedef struct {
    void *socket;
    uint64_t sequence;
    uint64_t version;
    bool is_welcome;
} connection;

typedef struct {
    connection connections[CONNECTIONS_MAXIMUM];
    zmq_pollitem_t items[CONNECTIONS_MAXIMUM];
    float gradient[PARAMETERS];
    uint8_t frame[PARAMETERS * 4 + 1024];
    uint8_t reply[PARAMETERS * 4 + 4096];
    uint64_t epoch;
} load;

static void send_next(load *load, connection *connection) {
    size_t count = write_update(load->frame, load->gradient, load->epoch, ++connection->sequence, connection->version);
    if (zmq_send(connection->socket, load->frame, count, 0) < 0) fail("sending an update");
}

static void open_connections(load *load, void *context, const char *endpoint, const security *keys, int count) {
    for (int index = 0; index < count; index++) {
        connection *connection = &load->connections[index];
        connection->socket = zmq_socket(context, ZMQ_DEALER);
        int linger = 0;
        zmq_setsockopt(connection->socket, ZMQ_LINGER, &linger, sizeof linger);
        if (keys->is_secure) {
            const key_pair *own = &keys->client[index];
            zmq_setsockopt(connection->socket, ZMQ_CURVE_SERVERKEY, keys->server.public_key, KEY_TEXT);
            zmq_setsockopt(connection->socket, ZMQ_CURVE_PUBLICKEY, own->public_key, KEY_TEXT);
            zmq_setsockopt(connection->socket, ZMQ_CURVE_SECRETKEY, own->secret_key, KEY_TEXT);
        }
        if (zmq_connect(connection->socket, endpoint) != 0) fail("connecting");
        load->items[index] = (zmq_pollitem_t){.socket = connection->socket, .events = ZMQ_POLLIN};
    }
}

// Takes one answer and sends what follows; 1 for an answered update, 0 for none, -1 for a refusal.
static int exchange(load *load, int index, bool speaks_protocol, size_t *reply_bytes) {
    connection *connection = &load->connections[index];
    int count = zmq_recv(connection->socket, load->reply, sizeof load->reply, ZMQ_DONTWAIT);
    if (count < 0) return 0;
    bool was_welcome = connection->is_welcome;
    connection->is_welcome = true;
    int result = was_welcome ? 1 : 0;
    if (speaks_protocol && !read_version(load->reply, (size_t)count, &connection->version)) {
        if (load->reply[0] == (3 << 3 | 2)) return 0;  // an Announce
        result = -1;
    }
    *reply_bytes = (size_t)count;
    send_next(load, connection);
    return result;
}

measurement run_load(const char *endpoint, const security *keys, const options *options, bool speaks_protocol) {
    load *load = calloc(1, sizeof *load);
    void *context = zmq_ctx_new();
    if (load == NULL || context == NULL) fail("reserving memory");
    for (int index = 0; index < PARAMETERS; index++) load->gradient[index] = (float)(index % 17 - 8) * 0.01f;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    load->epoch = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
    open_connections(load, context, endpoint, keys, options->connections);
    for (int index = 0; index < options->connections; index++) {
        char name[32];
        snprintf(name, sizeof name, "load-%d", index);
        // An echo answers the Hello as it answers everything.
        size_t count = write_hello(load->frame, name, load->epoch);
        if (zmq_send(load->connections[index].socket, load->frame, count, 0) < 0) fail("sending a Hello");
    }

    measurement result = {0};
    result.request_bytes = write_update(load->frame, load->gradient, load->epoch, 1, 0);
    double warm = now() + 0.5 + options->seconds * 0.1, start = 0, end = 0;
    while (true) {
        if (zmq_poll(load->items, options->connections, 5000) <= 0) fail("an answer did not come within 5 s");
        for (int index = 0; index < options->connections; index++) {
            if (!(load->items[index].revents & ZMQ_POLLIN)) continue;
            int answered = exchange(load, index, speaks_protocol, &result.reply_bytes);
            if (start == 0) continue;
            if (answered > 0) result.exchanges++;
            if (answered < 0) result.refused++;
        }
        double time = now();
        if (start == 0 && time >= warm) {
            start = time;
            end = time + options->seconds;
        } else if (start != 0 && time >= end) {
            result.exchanges_per_second = (double)result.exchanges / (time - start);
            break;
        }
    }
    for (int index = 0; index < options->connections; index++) zmq_close(load->connections[index].socket);
    zmq_ctx_term(context);
    free(load);
    return result;
}
