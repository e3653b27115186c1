#define _GNU_SOURCE
#include "CSwimmerComparison.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define MASS 35.604716740684324
#define INERTIA 3.9175660390264717
#define ARMATURE 0.1
#define TOTAL_MASS (3 * MASS + ARMATURE)
#define COUPLING(together, forward) (MASS * (together) - MASS * MASS / TOTAL_MASS * (forward))

typedef struct drag { double x, y, torque; } drag;

static inline drag fluid(double cosine, double sine, double vx, double vy, double rate) {
    const double density = 4000.0, viscosity = 0.1;
    const double length = 1.1362476946200646, width = 0.1711552442873394;
    const double diameter = (length + 2 * width) / 3;
    const double linear = 3 * M_PI * diameter * viscosity;
    double along = vx * cosine + vy * sine;
    double across = vy * cosine - vx * sine;
    double force_along = -(linear + 0.5 * density * width * width * fabs(along)) * along;
    double force_across = -(linear + 0.5 * density * length * width * fabs(across)) * across;
    const double fourth = length * length * length * length + width * width * width * width;
    drag result = {
        force_along * cosine - force_across * sine, force_along * sine + force_across * cosine,
        -(M_PI * diameter * diameter * diameter * viscosity + density * width * fourth / 64 * fabs(rate)) * rate};
    return result;
}

typedef struct demand { double sign, acceleration, softness; } demand;

static const double bound = 1.7453292519943295;

static demand stop(double position, double velocity, double inverse_inertia) {
    demand result = {0, 0, 0};
    double clearance = bound - fabs(position);
    if (clearance >= 0) return result;
    double sign = position < 0 ? 1 : -1;
    double depth = fmin(1, -clearance / 0.001);
    double blend = depth <= 0.5 ? 2 * depth * depth : 1 - 2 * (1 - depth) * (1 - depth);
    double impedance = 0.9 + 0.05 * blend;
    const double stiffness = 1 / (0.95 * 0.95 * 0.02 * 0.02), damping = 2 / (0.95 * 0.02);
    result.sign = sign;
    result.acceleration = -damping * (sign * velocity) - stiffness * impedance * clearance;
    result.softness = (1 - impedance) / impedance * inverse_inertia;
    return result;
}

static void accelerate(const double q[5], const double v[5], double torque1, double torque2, double out[5]) {
    double s0, c0, s1, c1, s2, c2;
    sincos(q[2], &s0, &c0);
    sincos(q[2] + q[3], &s1, &c1);
    sincos(q[2] + q[3] + q[4], &s2, &c2);
    double r0 = v[2], r1 = r0 + v[3], r2 = r1 + v[4];
    double t0x = -r0 * s0, t0y = r0 * c0, t1x = -r1 * s1, t1y = r1 * c1, t2x = -r2 * s2, t2y = r2 * c2;
    double mx = v[0] + 0.5 * t0x, my = v[1] + 0.5 * t0y;
    drag d0 = fluid(c0, s0, v[0] + t0x, v[1] + t0y, r0);
    drag d1 = fluid(c1, s1, mx - 0.5 * t1x, my - 0.5 * t1y, r1);
    drag d2 = fluid(c2, s2, mx - t1x - 0.5 * t2x, my - t1y - 0.5 * t2y, r2);

    double p0 = MASS * (r0 * r0), p1 = MASS * (r1 * r1), p2 = MASS * (r2 * r2);
    double p0x = p0 * c0, p0y = p0 * s0, p1x = p1 * c1, p1y = p1 * s1;
    double f0x = d0.x + p0x, f0y = d0.y + p0y;
    double f1x = d1.x + 0.5 * (p0x - p1x), f1y = d1.y + 0.5 * (p0y - p1y);
    double f2x = d2.x + 0.5 * (p0x - p2 * c2) - p1x, f2y = d2.y + 0.5 * (p0y - p2 * s2) - p1y;
    double fx = f0x + f1x + f2x, fy = f0y + f1y + f2y;
    double sx = fx * (MASS / TOTAL_MASS), sy = fy * (MASS / TOTAL_MASS);
    double l0x = f0x + 0.5 * (f1x + f2x) - 2 * sx, l0y = f0y + 0.5 * (f1y + f2y) - 2 * sy;
    double l1x = -0.5 * f1x - f2x + 1.5 * sx, l1y = -0.5 * f1y - f2y + 1.5 * sy;
    double l2x = 0.5 * (sx - f2x), l2y = 0.5 * (sy - f2y);
    double load0 = c0 * l0y - s0 * l0x + d0.torque;
    double load1 = c1 * l1y - s1 * l1x + d1.torque;
    double load2 = c2 * l2y - s2 * l2x + d2.torque;
    double joint2 = load2 + torque2, joint1 = load1 + load2 + torque1, heading = load0 + load1 + load2;

    double i01 = COUPLING(-0.75, 2 * -1.5) * (c0 * c1 + s0 * s1);
    double i02 = COUPLING(-0.25, 2 * -0.5) * (c0 * c2 + s0 * s2);
    double i12 = COUPLING(0.5, 1.5 * 0.5) * (c1 * c2 + s1 * s2);
    const double i00 = INERTIA + COUPLING(1.5, 2 * 2), i11 = INERTIA + COUPLING(1.25, 1.5 * 1.5);
    const double i22 = INERTIA + COUPLING(0.25, 0.5 * 0.5);
    double m22 = i22, m12 = i12 + i22, m02 = i02 + m12, m11 = i11 + i12 + m12, m01 = i01 + i02 + m11;
    double m00 = i00 + i01 + i02 + m01 + ARMATURE;
    double inverse = 1 / m00, share1 = m01 * inverse, share2 = m02 * inverse;
    double a = m11 + ARMATURE - m01 * share1, b = m12 - m01 * share2, c = m22 + ARMATURE - m02 * share2;
    double force1 = joint1 - share1 * heading, force2 = joint2 - share2 * heading;
    double scale = 1 / (a * c - b * b);
    double angle1 = (c * force1 - b * force2) * scale, angle2 = (a * force2 - b * force1) * scale;
    if (fabs(q[3]) > bound || fabs(q[4]) > bound) {
        demand one = stop(q[3], v[3], 0.38529334162134676), two = stop(q[4], v[4], 0.3933336741383495);
        double lack1 = one.acceleration - one.sign * angle1, lack2 = two.acceleration - two.sign * angle2;
        double a11 = c * scale + one.softness, a22 = a * scale + two.softness;
        double a12 = -b * scale * one.sign * two.sign;
        double push1 = 0, push2 = 0;
        double alone1 = one.sign != 0 ? fmax(0, lack1 / a11) : 0, alone2 = two.sign != 0 ? fmax(0, lack2 / a22) : 0;
        if (two.sign == 0 || lack2 - a12 * alone1 <= 0) {
            push1 = alone1;
        } else if (one.sign == 0 || lack1 - a12 * alone2 <= 0) {
            push2 = alone2;
        } else {
            double determinant = a11 * a22 - a12 * a12;
            push1 = (a22 * lack1 - a12 * lack2) / determinant;
            push2 = (a11 * lack2 - a12 * lack1) / determinant;
        }
        double g1 = one.sign * push1, g2 = two.sign * push2;
        angle1 += (c * g1 - b * g2) * scale;
        angle2 += (a * g2 - b * g1) * scale;
    }
    double turn = (heading - m01 * angle1 - m02 * angle2) * inverse;
    double spin0 = 2 * MASS * turn, spin1 = 1.5 * MASS * (turn + angle1), spin2 = 0.5 * MASS * (turn + angle1 + angle2);
    out[0] = (fx + s0 * spin0 - s1 * spin1 - s2 * spin2) * (1 / TOTAL_MASS);
    out[1] = (fy - c0 * spin0 + c1 * spin1 + c2 * spin2) * (1 / TOTAL_MASS);
    out[2] = turn;
    out[3] = angle1;
    out[4] = angle2;
}

static inline void add(const double *base, double factor, const double *other, double *sum) {
    for (int i = 0; i < 5; i++) sum[i] = base[i] + factor * other[i];
}

static inline double clamp(double value) { return value < -1 ? -1 : value > 1 ? 1 : value; }

double swimmer_comparison_step(swimmer_comparison *swimmer, const double action[2]) {
    double before = swimmer->position[0];
    double torque1 = 150 * clamp(action[0]), torque2 = 150 * clamp(action[1]);
    const double h = 0.01;
    for (int look = 0; look < 4; look++) {
        double *q = swimmer->position, *v1 = swimmer->velocity;
        double a1[5], a2[5], a3[5], a4[5], v2[5], v3[5], v4[5], place[5];
        accelerate(q, v1, torque1, torque2, a1);
        add(v1, h / 2, a1, v2);
        add(q, h / 2, v1, place);
        accelerate(place, v2, torque1, torque2, a2);
        add(v1, h / 2, a2, v3);
        add(q, h / 2, v2, place);
        accelerate(place, v3, torque1, torque2, a3);
        add(v1, h, a3, v4);
        add(q, h, v3, place);
        accelerate(place, v4, torque1, torque2, a4);
        for (int i = 0; i < 5; i++) {
            q[i] = q[i] + h / 6 * v1[i] + h / 3 * v2[i] + h / 3 * v3[i] + h / 6 * v4[i];
            v1[i] = v1[i] + h / 6 * a1[i] + h / 3 * a2[i] + h / 3 * a3[i] + h / 6 * a4[i];
        }
    }
    return (swimmer->position[0] - before) / 0.04 - 1e-4 * (action[0] * action[0] + action[1] * action[1]);
}

void swimmer_comparison_observe(const swimmer_comparison *swimmer, float observation[8]) {
    for (int i = 0; i < 3; i++) observation[i] = (float)swimmer->position[2 + i];
    for (int i = 0; i < 5; i++) observation[3 + i] = (float)swimmer->velocity[i];
}

static double uniform(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) * 0x1p-53;
}

double swimmer_comparison_run(
    long steps, unsigned long long seed, swimmer_comparison_policy policy, const void *network) {
    uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
    swimmer_comparison swimmer;
    double total = 0;
    for (long step = 0; step < steps; step++) {
        if (step % 1000 == 0) {
            for (int i = 0; i < 5; i++) swimmer.position[i] = 0.2 * uniform(&state) - 0.1;
            for (int i = 0; i < 5; i++) swimmer.velocity[i] = 0.2 * uniform(&state) - 0.1;
        }
        float observation[8], mean[2];
        swimmer_comparison_observe(&swimmer, observation);
        policy(network, observation, mean);
        double radius = sqrt(-2 * log(1 - uniform(&state))), sine, cosine;
        sincos(2 * M_PI * uniform(&state), &sine, &cosine);
        double action[2] = {clamp(mean[0] + radius * cosine), clamp(mean[1] + radius * sine)};
        total += swimmer_comparison_step(&swimmer, action);
    }
    return total;
}
