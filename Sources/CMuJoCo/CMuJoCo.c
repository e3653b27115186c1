#include "CMuJoCo.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local jmp_buf landing;
static _Thread_local int is_guarded;
static _Thread_local char message[512];

static void keep(const char *text) {
    strncpy(message, text, sizeof message - 1);
    message[sizeof message - 1] = 0;
    for (char *cursor = message; *cursor; cursor++) {
        if (*cursor == '\n' || *cursor == '\r') *cursor = ' ';
    }
}

// MuJoCo does not expect its error handler to return.
static void on_error(const char *text) {
    keep(text);
    if (is_guarded) longjmp(landing, 1);
    fprintf(stderr, "MuJoCo: %s\n", text);
    abort();
}

// MuJoCo also counts its warnings; by default it writes them to a file in the working directory.
static void on_warning(const char *text) { (void)text; }

void lapwing_mujoco_start(void) {
    mju_user_error = on_error;
    mju_user_warning = on_warning;
}

const char *lapwing_mujoco_message(void) { return message; }

int lapwing_mujoco_load(const char *path, mjModel **model) {
    char reason[sizeof message] = "";
    *model = NULL;
    is_guarded = 1;
    if (setjmp(landing) == 0) {
        *model = mj_loadXML(path, NULL, reason, (int)sizeof reason);
        if (*model == NULL) keep(reason);
    }
    is_guarded = 0;
    return *model == NULL;
}

int lapwing_mujoco_make_data(const mjModel *model, mjData **data) {
    *data = NULL;
    keep("no memory for the simulation");
    is_guarded = 1;
    if (setjmp(landing) == 0) *data = mj_makeData(model);
    is_guarded = 0;
    return *data == NULL;
}

// mj_resetData clears the workspace too, a megabyte and a half for Hopper: as much time as a step takes, and the caches
// with it. What a step reads is named here; all the rest it computes before it reads it.
void lapwing_mujoco_reset(const mjModel *model, mjData *data) {
    data->pstack = 0;
    data->ne = data->nf = data->nefc = data->ncon = 0;
    data->time = 0;
    mju_copy(data->qpos, model->qpos0, model->nq);
    mju_zero(data->qvel, model->nv);
    mju_zero(data->act, model->na);
    mju_zero(data->qacc, model->nv);
    mju_zero(data->qacc_warmstart, model->nv);
    mju_zero(data->ctrl, model->nu);
    mju_zero(data->qfrc_applied, model->nv);
    mju_zero(data->xfrc_applied, 6 * model->nbody);
    // These are an observation's before the first step has computed them.
    mju_zero(data->cfrc_ext, 6 * model->nbody);
}

int lapwing_mujoco_forward(const mjModel *model, mjData *data) {
    is_guarded = 1;
    int failed = setjmp(landing);
    if (!failed) mj_forward(model, data);
    is_guarded = 0;
    return failed;
}

int lapwing_mujoco_step(const mjModel *model, mjData *data, int count, int with_contact_forces) {
    is_guarded = 1;
    int failed = setjmp(landing);
    if (!failed) {
        for (int index = 0; index < count; index++) mj_step(model, data);
        if (with_contact_forces) mj_rnePostConstraint(model, data);
    }
    is_guarded = 0;
    return failed;
}
