// An environment that does as it is told, for tests.
//
// Observation: the step within the episode, and the action that was carried out last; zeros beyond. Reward: 1 a step.
// Options, `key=value` separated by `;`:
//   length=N      the episode terminates after N steps (0: never)
//   nan_from=N    from the N-th step since opening on, observations are no numbers (0: never)
//   nan_to=N      up to this step (0: for ever)
//   fail_from=N   from the N-th step since opening on, steps fail
//   observations=N, actions=N   the shape, 2 and 1 unless told

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lapwing/environment.h"

struct lapwing_environment {
    long observations, actions;
    long length, nan_from, nan_to, fail_from;
    long episode_steps, total_steps;
    const char *error;
};

static long option(const char *options, const char *key) {
    const char *found = strstr(options, key);
    return found ? strtol(found + strlen(key), NULL, 10) : 0;
}

static const char *task_name(uint32_t index) { (void)index; return "scripted"; }

static lapwing_environment *open_task(const char *task, const char *options, char *error, size_t error_bytes) {
    (void)task;
    if (strstr(options, "refuse")) {
        snprintf(error, error_bytes, "told to refuse");
        return NULL;
    }
    lapwing_environment *environment = calloc(1, sizeof *environment);
    environment->observations = option(options, "observations=");
    environment->actions = option(options, "actions=");
    if (environment->observations < 2) environment->observations = 2;
    if (environment->actions < 1) environment->actions = 1;
    environment->length = option(options, "length=");
    environment->nan_from = option(options, "nan_from=");
    environment->nan_to = option(options, "nan_to=");
    environment->fail_from = option(options, "fail_from=");
    return environment;
}

static void describe(const lapwing_environment *environment, lapwing_environment_description *description) {
    description->observation_count = (uint32_t)environment->observations;
    description->action_count = (uint32_t)environment->actions;
    description->reward_threshold = NAN;
    for (long index = 0; index < environment->actions; index++) {
        description->action_low[index] = -0.5;
        description->action_high[index] = 0.5;
    }
}

static int32_t reset(lapwing_environment *environment, uint64_t seed, double *observation) {
    (void)seed;
    environment->episode_steps = 0;
    memset(observation, 0, (size_t)environment->observations * sizeof *observation);
    return 0;
}

static int32_t step(lapwing_environment *environment, const double *action, double *observation,
                    lapwing_environment_transition *transition) {
    environment->episode_steps++;
    environment->total_steps++;
    if (environment->fail_from && environment->total_steps >= environment->fail_from) {
        environment->error = "told to fail";
        return 1;
    }
    int is_nan = environment->nan_from && environment->total_steps >= environment->nan_from
                 && (!environment->nan_to || environment->total_steps <= environment->nan_to);
    observation[0] = is_nan ? NAN : (double)environment->episode_steps;
    observation[1] = action[0];
    transition->reward = 1;
    transition->terminated = environment->length && environment->episode_steps >= environment->length;
    return 0;
}

static int32_t set_state(lapwing_environment *environment, const double *state, double *observation) {
    (void)state;
    (void)observation;
    environment->error = "has no state";
    return 1;
}

static const char *last_error(const lapwing_environment *environment) {
    return environment->error ? environment->error : "nothing";
}

static void close_task(lapwing_environment *environment) { free(environment); }

static const lapwing_environment_table table = {
    .abi_version = LAPWING_ENVIRONMENT_ABI, .task_count = 1, .name = "scripted environment",
    .task_name = task_name, .open = open_task, .describe = describe, .reset = reset, .step = step,
    .set_state = set_state, .last_error = last_error, .close = close_task,
};

LAPWING_ENVIRONMENT_EXPORT const lapwing_environment_table *lapwing_environment_plugin(void) { return &table; }
