#include "CSimulationComparison.h"

#include <math.h>
#include <mujoco/mujoco.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct simulation_comparison {
    mjModel *model;
    mjData *data;
};

simulation_comparison *simulation_comparison_open(const char *model_path) {
    char error[512] = "";
    mjModel *model = mj_loadXML(model_path, NULL, error, sizeof error);
    if (model == NULL) {
        fprintf(stderr, "%s: %s\n", model_path, error);
        return NULL;
    }
    simulation_comparison *simulation = malloc(sizeof *simulation);
    if (simulation == NULL) abort();
    simulation->model = model;
    simulation->data = mj_makeData(model);
    return simulation;
}

void simulation_comparison_close(simulation_comparison *simulation) {
    mj_deleteData(simulation->data);
    mj_deleteModel(simulation->model);
    free(simulation);
}

void simulation_comparison_set(simulation_comparison *simulation, const double *state) {
    mj_resetData(simulation->model, simulation->data);
    memcpy(simulation->data->qpos, state, sizeof(double) * (size_t)simulation->model->nq);
    memcpy(simulation->data->qvel, state + simulation->model->nq, sizeof(double) * (size_t)simulation->model->nv);
    mj_forward(simulation->model, simulation->data);
}

void simulation_comparison_step(simulation_comparison *simulation, const double *controls, int frame_skip) {
    memcpy(simulation->data->ctrl, controls, sizeof(double) * (size_t)simulation->model->nu);
    for (int frame = 0; frame < frame_skip; frame++) mj_step(simulation->model, simulation->data);
}

int simulation_comparison_positions(const simulation_comparison *simulation) { return simulation->model->nq; }
int simulation_comparison_velocities(const simulation_comparison *simulation) { return simulation->model->nv; }
int simulation_comparison_controls(const simulation_comparison *simulation) { return simulation->model->nu; }

double simulation_comparison_position(const simulation_comparison *simulation, int index) {
    return simulation->data->qpos[index];
}

static double uniform(unsigned long long *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) * 0x1p-53;
}

static double clamp(double value, double bound) { return value < -bound ? -bound : value > bound ? bound : value; }

static int is_healthy(const mjModel *model, const mjData *data) {
    for (int i = 2; i < model->nq; i++)
        if (!(fabs(data->qpos[i]) < 100)) return 0;
    for (int i = 0; i < model->nv; i++)
        if (!(fabs(data->qvel[i]) < 100)) return 0;
    return data->qpos[1] > 0.7 && fabs(data->qpos[2]) < 0.2;
}

double simulation_comparison_run_hopper(
    simulation_comparison *simulation, long steps, unsigned long long seed, double deviation,
    simulation_comparison_policy policy, const void *network) {
    const mjModel *model = simulation->model;
    mjData *data = simulation->data;
    unsigned long long state = seed * 0x9e3779b97f4a7c15 + 1;
    double total = 0;
    long age = 1000;
    for (long step = 0; step < steps; step++, age++) {
        if (age == 1000 || !is_healthy(model, data)) {
            age = 0;
            mj_resetData(model, data);
            for (int i = 0; i < model->nq; i++) data->qpos[i] = model->qpos0[i] + 0.01 * uniform(&state) - 0.005;
            for (int i = 0; i < model->nv; i++) data->qvel[i] = 0.01 * uniform(&state) - 0.005;
            mj_forward(model, data);
        }
        float observation[11], mean[3];
        for (int i = 1; i < model->nq; i++) observation[i - 1] = (float)data->qpos[i];
        for (int i = 0; i < model->nv; i++) observation[5 + i] = (float)clamp(data->qvel[i], 10);
        policy(network, observation, mean);
        double before = data->qpos[0];
        for (int i = 0; i < 3; i++) {
            double noise = sqrt(-2 * log(1 - uniform(&state))) * cos(2 * M_PI * uniform(&state));
            data->ctrl[i] = clamp(mean[i] + deviation * noise, 1);
            total -= 1e-3 * data->ctrl[i] * data->ctrl[i];
        }
        for (int frame = 0; frame < 4; frame++) mj_step(model, data);
        total += 1 + (data->qpos[0] - before) / (4 * model->opt.timestep);
    }
    return total;
}
