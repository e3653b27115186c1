// MuJoCo for Swift, with the calls that may fail wrapped: MuJoCo reports a fatal error by ending the process, which a
// plug-in must not do. Wrapped calls return 0, or 1 when MuJoCo gave up; lapwing_mujoco_message then says why.

#ifndef LAPWING_CMUJOCO_H
#define LAPWING_CMUJOCO_H

#include <math.h>
#include <mujoco/mujoco.h>
#include <string.h>
#include <unistd.h>

/// Takes over MuJoCo's error and warning reports. Call it before anything else; calling it again does no harm.
void lapwing_mujoco_start(void);

/// The text of the calling thread's last failure.
const char *lapwing_mujoco_message(void);

/// Reads and compiles a model file. On failure *model is NULL.
int lapwing_mujoco_load(const char *path, mjModel **model);

/// Allocates a simulation of the model. On failure *data is NULL.
int lapwing_mujoco_make_data(const mjModel *model, mjData **data);

/// Puts the model into its first state and forgets all that a step leaves to the next. Mocap bodies and user data stay.
void lapwing_mujoco_reset(const mjModel *model, mjData *data);

/// Computes everything that follows from positions and velocities.
int lapwing_mujoco_forward(const mjModel *model, mjData *data);

/// Steps `count` times, and then computes the external contact forces if they are wanted.
int lapwing_mujoco_step(const mjModel *model, mjData *data, int count, int with_contact_forces);

/// The version that this was compiled for.
static inline int lapwing_mujoco_header_version(void) { return mjVERSION_HEADER; }

/// How often the simulation has diverged and been reset by MuJoCo itself.
static inline int lapwing_mujoco_divergences(const mjData *data) {
    return data->warning[mjWARN_BADQPOS].number + data->warning[mjWARN_BADQVEL].number +
           data->warning[mjWARN_BADQACC].number;
}

#endif
