#include "CSimulationComparison.h"

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
