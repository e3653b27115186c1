// What the load is aimed at: a bare echo, or the gateway.

#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

// ROUTER in, the same two frames out: what libzmq costs, and nothing else. No copy of our own: messages are passed on.
static void echo(int endpoint_pipe, const security *keys) {
    void *context = zmq_ctx_new();
    void *router = zmq_socket(context, ZMQ_ROUTER);
    if (keys->is_secure) {
        int server = 1;
        zmq_setsockopt(router, ZMQ_CURVE_SERVER, &server, sizeof server);
        zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, keys->server.secret_key, KEY_TEXT);
    }
    if (zmq_bind(router, "tcp://127.0.0.1:*") != 0) fail("binding the echo");
    char endpoint[64] = {0};
    size_t size = sizeof endpoint;
    zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &size);
    if (write(endpoint_pipe, endpoint, sizeof endpoint) != sizeof endpoint) _exit(1);
    zmq_msg_t identity, body;
    while (true) {
        zmq_msg_init(&identity);
        zmq_msg_init(&body);
        if (zmq_msg_recv(&identity, router, 0) < 0 || zmq_msg_recv(&body, router, 0) < 0) _exit(1);
        zmq_msg_send(&identity, router, ZMQ_SNDMORE);
        zmq_msg_send(&body, router, 0);
    }
}

pid_t start_echo(const security *keys, char *endpoint) {
    int ends[2];
    if (pipe(ends) != 0) fail("opening a pipe");
    pid_t process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        echo(ends[1], keys);
    }
    close(ends[1]);
    if (read(ends[0], endpoint, 64) != 64) fail("the echo did not start");
    close(ends[0]);
    return process;
}

static FILE *create(const options *options, const char *name, mode_t mode) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", options->folder, name);
    unlink(path);
    int descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
    if (descriptor < 0) fail(path);
    return fdopen(descriptor, "w");
}

static void write_configuration(const security *keys, const options *options, const char *durability) {
    FILE *file = create(options, "gateway.conf", 0644);
    fprintf(file, "[gateway]\nname = benchmark\nendpoint = tcp://127.0.0.1:*\nstatus_interval_ms = 1000\n");
    if (keys->is_secure) {
        fprintf(file, "[keys]\nkey_file = gateway.key\nallowed_keys_file = allowed.keys\n");
        FILE *pair = create(options, "gateway.key", 0600);
        fprintf(pair, "public-key = %s\nsecret-key = %s\n", keys->server.public_key, keys->server.secret_key);
        fclose(pair);
        FILE *list = create(options, "allowed.keys", 0644);
        for (int index = 0; index < options->connections; index++) {
            fprintf(list, "%s load-%d\n", keys->client[index].public_key, index);
        }
        fclose(list);
    } else {
        fprintf(file, "insecure = true\n");
    }
    fprintf(file, "[policy]\nenvironment = none\ndistribution = gaussian\nobservation_count = %d\n", OBSERVATIONS);
    fprintf(file, "action_count = %d\nhidden = none\n[federation]\nbroadcast = reply\nseed = 1\n", ACTIONS);
    fprintf(file, "[store]\npath = store.sqlite\ndurability = %s\n", durability);
    fclose(file);
    const char *leftovers[] = {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm", "store.sqlite.lock"};
    for (int index = 0; index < 4; index++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", options->folder, leftovers[index]);
        unlink(path);
    }
}

pid_t start_gateway(const security *keys, const options *options, const char *durability, char *endpoint) {
    write_configuration(keys, options, durability);
    int ends[2];
    if (pipe(ends) != 0) fail("opening a pipe");
    pid_t process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        char path[512];
        snprintf(path, sizeof path, "%s/gateway.conf", options->folder);
        execl(options->gateway, options->gateway, "run", "--config", path, "--log-level", "error", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    // The first line: "ready at tcp://127.0.0.1:PORT, ...".
    char line[256] = {0};
    for (size_t count = 0; count < sizeof line - 1; count++) {
        if (read(ends[0], line + count, 1) != 1) fail("the gateway did not start");
        if (line[count] == '\n') break;
    }
    if (sscanf(line, "ready at %63[^,]", endpoint) != 1) fail("the gateway did not say where it listens");
    // Its progress lines go on into the pipe; a few minutes of them fit.
    return process;
}

void stop_server(pid_t process) {
    kill(process, SIGTERM);
    int status;
    for (int tries = 0; tries < 500; tries++) {
        if (waitpid(process, &status, WNOHANG) == process) return;
        usleep(10000);
    }
    kill(process, SIGKILL);
    waitpid(process, &status, 0);
}
