// How much of libzmq's own speed is left for the gateway.
//
// The comparison: updates applied a second by lapwing-gateway (5,000 dense float32, volatile durability) against the
// exchanges a second of a bare ROUTER/DEALER echo of the same frames, by the same load generator on the same cores, in
// turns within one run. The durable figure stands beside it.

#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

enum { ROUNDS_MAXIMUM = 32 };

void fail(const char *what) {
    fprintf(stderr, "gateway-benchmarks: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int compare(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return difference < 0 ? -1 : difference > 0;
}

static double median(double *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static measurement measure(const security *keys, const options *options, const char *durability) {
    char endpoint[64] = {0};
    pid_t server = durability == NULL ? start_echo(keys, endpoint)
                                      : start_gateway(keys, options, durability, endpoint);
    measurement result = run_load(endpoint, keys, options, durability != NULL);
    stop_server(server);
    if (result.refused > 0) {
        fprintf(stderr, "gateway-benchmarks: %llu updates were refused\n", (unsigned long long)result.refused);
        exit(1);
    }
    return result;
}

static void compare_with_echo(const security *keys, const options *options) {
    double echoes[ROUNDS_MAXIMUM], volatiles[ROUNDS_MAXIMUM], durables[ROUNDS_MAXIMUM], ratios[ROUNDS_MAXIMUM];
    measurement echo = {0}, gateway = {0};
    for (int round = 0; round < options->rounds; round++) {
        echo = measure(keys, options, NULL);
        gateway = measure(keys, options, "volatile");
        echoes[round] = echo.exchanges_per_second;
        volatiles[round] = gateway.exchanges_per_second;
        ratios[round] = gateway.exchanges_per_second / echo.exchanges_per_second;
        durables[round] = measure(keys, options, "durable").exchanges_per_second;
    }
    printf("%-6s echo %8.0f /s   gateway volatile %8.0f /s   ratio %.2f   durable %8.0f /s   "
           "(request %zu, reply %zu B)\n",
        keys->is_secure ? "CURVE" : "plain", median(echoes, options->rounds), median(volatiles, options->rounds),
        median(ratios, options->rounds), median(durables, options->rounds), gateway.request_bytes, gateway.reply_bytes);
    fflush(stdout);
}

static void draw_keys(security *keys, int connections) {
    zmq_curve_keypair(keys->server.public_key, keys->server.secret_key);
    for (int index = 0; index < connections; index++) {
        zmq_curve_keypair(keys->client[index].public_key, keys->client[index].secret_key);
    }
}

int main(int count, char **arguments) {
    options options = {.connections = 8, .seconds = 3, .rounds = 3, .gateway = NULL, .folder = NULL};
    static const struct option names[] = {
        {"gateway", required_argument, NULL, 'g'}, {"connections", required_argument, NULL, 'c'},
        {"seconds", required_argument, NULL, 's'}, {"rounds", required_argument, NULL, 'r'},
        {"folder", required_argument, NULL, 'f'},  {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(count, arguments, "", names, NULL)) != -1;) {
        switch (option) {
        case 'g': options.gateway = optarg; break;
        case 'c': options.connections = atoi(optarg); break;
        case 's': options.seconds = atof(optarg); break;
        case 'r': options.rounds = atoi(optarg); break;
        case 'f': options.folder = optarg; break;
        default: options.gateway = NULL; optind = count; break;
        }
    }
    if (options.gateway == NULL || options.connections < 1 || options.connections > CONNECTIONS_MAXIMUM
        || options.rounds < 1 || options.rounds > ROUNDS_MAXIMUM || options.seconds <= 0) {
        fprintf(stderr, "usage: gateway-benchmarks --gateway PROGRAM [--connections 8] [--seconds 3] [--rounds 3] "
                        "[--folder PATH]\n");
        return 64;
    }
    char folder[] = "/tmp/lapwing-gateway-benchmark-XXXXXX";
    if (options.folder == NULL) options.folder = mkdtemp(folder);
    else mkdir(options.folder, 0755);
    if (options.folder == NULL) fail("making a folder");

    security keys = {.is_secure = false};
    draw_keys(&keys, options.connections);
    printf("%d connections, one update of %d float32 in flight each; median of %d rounds of %.1f s\n",
        options.connections, PARAMETERS, options.rounds, options.seconds);
    compare_with_echo(&keys, &options);
    keys.is_secure = true;
    compare_with_echo(&keys, &options);
    return 0;
}
