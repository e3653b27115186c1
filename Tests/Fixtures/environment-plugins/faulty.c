// A plug-in with one fault, chosen when it is compiled: -DFAULT_VERSION and so on. It counts what is still open in the
// exported variable open_count, so that a test can see whether the host closes what it opens.

#include <lapwing/environment.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct lapwing_environment {
    int steps;
};

LAPWING_ENVIRONMENT_EXPORT int open_count = 0;

static const char *task_name(uint32_t index) { return index == 0 ? "first" : "second"; }

static lapwing_environment *open_task(const char *task, const char *options, char *error, size_t error_bytes) {
    (void)task;
#ifdef FAULT_OPEN
    snprintf(error, error_bytes, "no such device: %s", options);
    return NULL;
#else
    (void)options, (void)error, (void)error_bytes;
    open_count++;
    return calloc(1, sizeof(lapwing_environment));
#endif
}

static void describe(const lapwing_environment *environment, lapwing_environment_description *description) {
    (void)environment;
    description->observation_count = 1;
    description->action_count = 1;
    description->reward_threshold = NAN;
    description->action_low[0] = -1;
    description->action_high[0] = 1;
#ifdef FAULT_SHAPE
    description->observation_count = 0;
#endif
#ifdef FAULT_RANGE
    description->action_high[0] = -1;
#endif
}

static int32_t reset(lapwing_environment *environment, uint64_t seed, double *observation) {
    (void)seed;
    environment->steps = 0;
    observation[0] = 0;
    return 0;
}

// Two steps go well.
static int32_t step(lapwing_environment *environment, const double *action, double *observation,
                    lapwing_environment_transition *transition) {
    (void)action;
    observation[0] = 1;
    transition->reward = 1;
    if (++environment->steps <= 2) return 0;
#ifdef FAULT_STEP
    return 1;
#elif defined(FAULT_REWARD)
    transition->reward = INFINITY;
#else
    observation[0] = NAN;
#endif
    return 0;
}

static int32_t set_state(lapwing_environment *environment, const double *state, double *observation) {
    (void)environment, (void)state, (void)observation;
    return 1;
}

static const char *last_error(const lapwing_environment *environment) {
    (void)environment;
    return "the motor is on fire";
}

static void close_task(lapwing_environment *environment) {
    open_count--;
    free(environment);
}

LAPWING_ENVIRONMENT_EXPORT const lapwing_environment_table *lapwing_environment_plugin(void) {
    static const lapwing_environment_table table = {
#ifdef FAULT_VERSION
        .abi_version = LAPWING_ENVIRONMENT_ABI + 41,
#else
        .abi_version = LAPWING_ENVIRONMENT_ABI,
#endif
        .task_count = 2,
        .name = "faulty",
        .task_name = task_name,
        .open = open_task,
        .describe = describe,
        .reset = reset,
#ifndef FAULT_TABLE
        .step = step,
#endif
        .set_state = set_state,
        .last_error = last_error,
        .close = close_task,
    };
    (void)step;
#ifdef FAULT_NULL
    (void)table;
    return NULL;
#else
    return &table;
#endif
}
