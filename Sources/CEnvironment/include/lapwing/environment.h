// The environment plug-in interface: how a shared library gives Lapwing's agents something to act in.
//
// A plug-in is a shared library that exports one symbol, the function `lapwing_environment_plugin`. It returns a table
// of functions. The agent opens the library with dlopen, checks the table's version, opens one task, and from then on
// calls reset and step. A whole plug-in in C is in examples/environment-plugin/point_mass.c; it is built with
//
//     cd examples/environment-plugin
//     cc -std=c11 -O2 -fPIC -shared -I ../../Sources/CEnvironment/include point_mass.c -o libpoint-mass.so -lm
//
// Meaning. The words are Gymnasium's. An observation is what the policy sees. `terminated` says that the task itself
// ended (the robot fell, the goal was reached): nothing of value can follow. `truncated` says that somebody stopped
// watching (a time limit): something would have followed. The two are never mixed, since a learner must treat the
// state after a truncation as worth something.
//
// Units. Observations, actions, states and rewards are doubles in the task's own units (SI where it has any). A
// discrete action is one double that holds the index, 0 ..< action_count, exactly.
//
// Memory. The host owns every buffer that it passes: observation, action, state, error text, description and
// transition. A plug-in reads or writes them during the call and never keeps a pointer to them. The plug-in owns the
// table, the names in it and each `lapwing_environment`; the table and the names stay valid and unchanged for as long
// as the process lives (a library is never unloaded), an environment until `close`. `open` may allocate as it likes.
// `reset`, `step` and `set_state` must not allocate, free, do I/O, block, or call the host: agents run in fixed memory
// and on a time budget.
//
// Threads. One environment is used by one thread at a time, and always by the thread that opened it. Several
// environments of one library may be open at once, also on several threads, so a plug-in keeps no state that is
// writable and shared. `open` and `close` are never called concurrently with anything else of the same library.
//
// Failure. Functions that return int32_t return 0 for success and anything else for failure; the outputs are then
// ignored, and the host asks `last_error` for one line. After a failed `step` or `set_state` the host calls `reset` or
// `close`, nothing else. The host passes only finite actions and states. A NaN or an infinity in an observation or in a
// reward is a failure too, and is treated as a failed call: a plug-in whose simulation diverges may simply return it.
// A plug-in never exits the process, raises a signal or lets a C++ exception out.
//
// Versions. LAPWING_ENVIRONMENT_ABI changes when anything in this file changes its meaning or its layout, and a host
// takes only the version that it was built with. `abi_version` stays the first field of the table for ever.

#ifndef LAPWING_ENVIRONMENT_H
#define LAPWING_ENVIRONMENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The version of this interface.
#define LAPWING_ENVIRONMENT_ABI 1u

/// The name of the one symbol that a plug-in exports.
#define LAPWING_ENVIRONMENT_SYMBOL "lapwing_environment_plugin"

/// The most numbers in an action, and the most actions to choose from.
#define LAPWING_ENVIRONMENT_ACTIONS_MAXIMUM 64

/// The most numbers in an observation or a state.
#define LAPWING_ENVIRONMENT_NUMBERS_MAXIMUM 4096

/// One opened task; the plug-in defines what is in it.
typedef struct lapwing_environment lapwing_environment;

/// What a task looks like from outside; filled by `describe`, and the same for as long as the environment is open.
/// The host zeroes it first, so a field that is left alone is 0.
typedef struct lapwing_environment_description {
    /// Numbers in an observation, 1 ... LAPWING_ENVIRONMENT_NUMBERS_MAXIMUM.
    uint32_t observation_count;
    /// Numbers in an action; for a discrete task, how many actions there are.
    /// 1 ... LAPWING_ENVIRONMENT_ACTIONS_MAXIMUM.
    uint32_t action_count;
    /// Numbers in a state as `set_state` takes it; 0 when the task cannot be put into a state.
    uint32_t state_count;
    /// 1 when an action is an index, 0 when it is `action_count` numbers.
    uint32_t is_discrete;
    /// Steps after which the host truncates the episode; 0: never. The plug-in does not count them.
    uint32_t step_limit;
    /// Reserved, 0.
    uint32_t reserved;
    /// The mean return at which the task counts as solved; NaN when there is no such number.
    double reward_threshold;
    /// The range of each number of an action; unused for a discrete task. An agent clips what it samples to this range;
    /// a recording that is replayed is passed as it is, so a plug-in takes numbers beyond the range too.
    double action_low[LAPWING_ENVIRONMENT_ACTIONS_MAXIMUM];
    double action_high[LAPWING_ENVIRONMENT_ACTIONS_MAXIMUM];
} lapwing_environment_description;

/// What a step gave beside the observation. The host zeroes it first.
typedef struct lapwing_environment_transition {
    double reward;
    /// 1 when the task ended in this step.
    uint8_t terminated;
    /// 1 when the plug-in cut the episode for a reason of its own; the time limit is the host's.
    uint8_t truncated;
} lapwing_environment_transition;

/// The table of functions. Every pointer is required.
typedef struct lapwing_environment_table {
    /// LAPWING_ENVIRONMENT_ABI of the header that the plug-in was compiled with.
    uint32_t abi_version;
    /// How many tasks there are, at least 1.
    uint32_t task_count;
    /// Who this is, for messages: "lapwing-mujoco 1 (MuJoCo 2.2.2)".
    const char *name;

    /// The name of the `index`-th task, lower-case words joined by hyphens; `index` is below task_count.
    const char *(*task_name)(uint32_t index);

    /// Opens `task`, one of the names. `options` is the text of the agent's configuration, never NULL; by custom
    /// `key=value` pairs separated by `;`. Returns NULL on failure, and writes one line of cause and remedy, with its
    /// NUL within `error_bytes`, to `error`.
    lapwing_environment *(*open)(const char *task, const char *options, char *error, size_t error_bytes);

    /// Describes the task.
    void (*describe)(const lapwing_environment *environment, lapwing_environment_description *description);

    /// Starts an episode. The same seed gives the same episode for the same actions, whatever came before.
    int32_t (*reset)(lapwing_environment *environment, uint64_t seed, double *observation);

    /// Acts once. The host may go on stepping after an end (to replay a recording); the task then just goes on.
    int32_t (*step)(lapwing_environment *environment, const double *action, double *observation,
                    lapwing_environment_transition *transition);

    /// Puts the task into `state`, exactly: what follows depends on the state and the actions alone. For a mechanical
    /// task the state is its positions, then its velocities.
    int32_t (*set_state)(lapwing_environment *environment, const double *state, double *observation);

    /// One line about the environment's last failure; valid until its next call.
    const char *(*last_error)(const lapwing_environment *environment);

    /// Ends the environment and frees what it owns.
    void (*close)(lapwing_environment *environment);
} lapwing_environment_table;

/// The type of the exported function. It may be called several times and returns the same table each time; it never
/// fails.
typedef const lapwing_environment_table *(*lapwing_environment_plugin_function)(void);

#if defined(__GNUC__)
#define LAPWING_ENVIRONMENT_EXPORT __attribute__((visibility("default")))
#else
#define LAPWING_ENVIRONMENT_EXPORT
#endif

#ifdef __cplusplus
}
#endif

#endif
