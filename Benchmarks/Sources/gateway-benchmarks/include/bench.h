// What the parts of the gateway benchmark share.

#ifndef LAPWING_GATEWAY_BENCH_H
#define LAPWING_GATEWAY_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A policy of 5,000 parameters: linear, 98 observations, 50 Gaussian actions: (98 + 1) * 50 + 50.
enum { OBSERVATIONS = 98, ACTIONS = 50, PARAMETERS = 5000, CONNECTIONS_MAXIMUM = 64, KEY_TEXT = 41 };

typedef struct {
    int connections;
    double seconds;       // of one measurement
    int rounds;
    const char *gateway;  // the program
    const char *folder;   // for stores, keys and configuration
} options;

typedef struct {
    char public_key[KEY_TEXT];
    char secret_key[KEY_TEXT];
} key_pair;

// Keys of the server and of each connection; not used when security is off.
typedef struct {
    bool is_secure;
    key_pair server;
    key_pair client[CONNECTIONS_MAXIMUM];
} security;

typedef struct {
    double exchanges_per_second;
    uint64_t exchanges;
    uint64_t refused;
    size_t request_bytes;
    size_t reply_bytes;
} measurement;

// wire.c: the two messages of the protocol that the load needs, by hand. Both return the frame's length.
size_t write_hello(uint8_t *frame, const char *name, uint64_t epoch);
size_t write_update(uint8_t *frame, const float *gradient, uint64_t epoch, uint64_t sequence, uint64_t base_version);
// Reads the version of a Policy (or of the one in a Welcome); false for anything else.
bool read_version(const uint8_t *frame, size_t count, uint64_t *version);

// load.c: `connections` DEALERs, each with one message in flight, on one thread.
measurement run_load(const char *endpoint, const security *keys, const options *options, bool speaks_protocol);

// servers.c: child processes; the endpoint is written to `endpoint` (64 bytes).
pid_t start_echo(const security *keys, char *endpoint);
pid_t start_gateway(const security *keys, const options *options, const char *durability, char *endpoint);
void stop_server(pid_t process);

void fail(const char *what);

#endif
