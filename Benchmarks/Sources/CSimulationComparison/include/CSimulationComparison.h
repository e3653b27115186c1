// A bare simulation loop in C: what sampling in a MuJoCo task is measured against.

#ifndef LAPWING_C_SIMULATION_COMPARISON_H
#define LAPWING_C_SIMULATION_COMPARISON_H

typedef struct simulation_comparison simulation_comparison;

/// Loads a model file; NULL, with a line on standard error, when MuJoCo refuses it.
simulation_comparison *simulation_comparison_open(const char *model_path);
void simulation_comparison_close(simulation_comparison *simulation);

/// Puts the simulation into a state: positions, then velocities.
void simulation_comparison_set(simulation_comparison *simulation, const double *state);

/// Applies `controls` and steps `frame_skip` times. Nothing is observed, rewarded or checked.
void simulation_comparison_step(simulation_comparison *simulation, const double *controls, int frame_skip);

/// Numbers of positions, velocities and controls.
int simulation_comparison_positions(const simulation_comparison *simulation);
int simulation_comparison_velocities(const simulation_comparison *simulation);
int simulation_comparison_controls(const simulation_comparison *simulation);

/// The position coordinate with this index: where the loop is, for a check that both sides simulated the same.
double simulation_comparison_position(const simulation_comparison *simulation, int index);

/// The mean action for an observation.
typedef void (*simulation_comparison_policy)(const void *network, const float *observation, float *mean);

/// Acts in Hopper with a Gaussian policy of this standard deviation for `steps` steps, with Gymnasium's resets; returns
/// the sum of rewards.
double simulation_comparison_run_hopper(
    simulation_comparison *simulation, long steps, unsigned long long seed, double deviation,
    simulation_comparison_policy policy, const void *network);

#endif
