// Signals and memory of this process.

#include "CSystem.h"

#include <sys/sysinfo.h>

static volatile sig_atomic_t stop_signal;

static void note_stop(int number) {
    if (stop_signal != 0) _exit(128 + number);
    stop_signal = number;
}

void lapwing_catch_stop_signals(void) {
    struct sigaction action = {0};
    action.sa_handler = note_stop;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a poll that waits is to return at once.
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    // A parent may have started us with signals blocked; libzmq's threads, which come later, block them for themselves.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

int lapwing_stop_signal(void) { return stop_signal; }

uint64_t lapwing_free_memory_bytes(void) {
    struct sysinfo facts;
    if (sysinfo(&facts) != 0) return 0;
    return ((uint64_t)facts.freeram + facts.bufferram) * facts.mem_unit;
}
