// An environment plug-in in C: a point that is pushed along a line and should come to rest at 0.
//
//     cd examples/environment-plugin
//     cc -std=c11 -O2 -fPIC -shared -I ../../Sources/CEnvironment/include point_mass.c -o libpoint-mass.so -lm
//
// Then, in agent.conf:
//
//     [environment]
//     name = point-mass
//     plugin = /path/to/libpoint-mass.so
//     options = mass=2

#include <lapwing/environment.h>
#include <lapwing/random.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lapwing_environment {
    double mass, position, velocity;
    lapwing_random random;
};

static const char *task_name(uint32_t index) {
    (void)index;
    return "point-mass";
}

// All that may fail is done here; errors say what to do.
static lapwing_environment *open_task(const char *task, const char *options, char *error, size_t error_bytes) {
    (void)task;  // there is only one
    double mass = 1;
    char beyond;
    if (*options && (sscanf(options, "mass=%lf%c", &mass, &beyond) != 1 || !(mass > 0))) {
        snprintf(error, error_bytes, "options are not mass=KILOGRAMS: %s", options);
        return NULL;
    }
    lapwing_environment *environment = calloc(1, sizeof *environment);
    if (environment == NULL) snprintf(error, error_bytes, "out of memory");
    else environment->mass = mass;
    return environment;
}

static void describe(const lapwing_environment *environment, lapwing_environment_description *description) {
    (void)environment;
    description->observation_count = 2;
    description->action_count = 1;
    description->state_count = 2;
    description->step_limit = 100;
    description->reward_threshold = NAN;
    description->action_low[0] = -1;
    description->action_high[0] = 1;
}

static void observe(const lapwing_environment *environment, double *observation) {
    observation[0] = environment->position;
    observation[1] = environment->velocity;
}

static int32_t reset(lapwing_environment *environment, uint64_t seed, double *observation) {
    lapwing_random_seed(&environment->random, seed);
    environment->position = lapwing_random_uniform(&environment->random, -1, 1);
    environment->velocity = 0;
    observe(environment, observation);
    return 0;
}

static int32_t step(lapwing_environment *environment, const double *action, double *observation,
                    lapwing_environment_transition *transition) {
    environment->velocity += 0.1 * action[0] / environment->mass;
    environment->position += 0.1 * environment->velocity;
    transition->reward = -environment->position * environment->position - 0.01 * action[0] * action[0];
    transition->terminated = fabs(environment->position) > 2;
    observe(environment, observation);
    return 0;
}

static int32_t set_state(lapwing_environment *environment, const double *state, double *observation) {
    environment->position = state[0];
    environment->velocity = state[1];
    observe(environment, observation);
    return 0;
}

static const char *last_error(const lapwing_environment *environment) {
    (void)environment;
    return "nothing can fail here";
}

static void close_task(lapwing_environment *environment) { free(environment); }

LAPWING_ENVIRONMENT_EXPORT const lapwing_environment_table *lapwing_environment_plugin(void) {
    static const lapwing_environment_table table = {
        .abi_version = LAPWING_ENVIRONMENT_ABI,
        .task_count = 1,
        .name = "point-mass 1",
        .task_name = task_name,
        .open = open_task,
        .describe = describe,
        .reset = reset,
        .step = step,
        .set_state = set_state,
        .last_error = last_error,
        .close = close_task,
    };
    return &table;
}
