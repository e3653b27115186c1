// The swimmer of Gymnasium in closed form, written in C: what the simulator's speed is measured against.

#ifndef LAPWING_C_SWIMMER_COMPARISON_H
#define LAPWING_C_SWIMMER_COMPARISON_H

typedef struct swimmer_comparison {
    /// x, y, heading, two joints; then their rates.
    double position[5];
    double velocity[5];
} swimmer_comparison;

/// Holds two torques for 40 ms; returns the reward.
double swimmer_comparison_step(swimmer_comparison *swimmer, const double action[2]);

/// Writes the eight numbers of an observation.
void swimmer_comparison_observe(const swimmer_comparison *swimmer, float observation[8]);

/// What the network is to the loop below.
typedef void (*swimmer_comparison_policy)(const void *network, const float *observation, float *mean);

/// `steps` steps in episodes of 1,000, each with an action drawn around the network's mean with a standard deviation
/// of 1; nothing is recorded. Returns the sum of the rewards.
double swimmer_comparison_run(
    long steps, unsigned long long seed, swimmer_comparison_policy policy, const void *network);

#endif
