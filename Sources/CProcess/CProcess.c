#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only calls that are safe in a signal handler are made: the parent may have threads.
pid_t lapwing_spawn_child(
    const char *path, char *const arguments[], const char *folder, int32_t output, int32_t errors) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) {
        int cause = errno;
        close(report[0]);
        close(report[1]);
        errno = cause;
        return -1;
    }
    if (child == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) _exit(127);
        struct sigaction usual = {.sa_handler = SIG_DFL};
        for (int number = 1; number < 32; number++) {
            if (number != SIGKILL && number != SIGSTOP) sigaction(number, &usual, NULL);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        int nothing = open("/dev/null", O_RDONLY);
        // The two descriptors may be 0 or 1 themselves: copy them out of the way first.
        int out = fcntl(output, F_DUPFD, 10);
        int err = fcntl(errors, F_DUPFD, 10);
        if (nothing >= 0 && out >= 0 && err >= 0 && dup2(nothing, 0) >= 0 && dup2(out, 1) >= 0 && dup2(err, 2) >= 0 &&
            chdir(folder) == 0) {
            int kept = fcntl(report[1], F_DUPFD_CLOEXEC, 10);
            // Close everything but 0, 1, 2 and the report.
            int last = kept;
            syscall(SYS_close_range, 3, last - 1, 0);
            syscall(SYS_close_range, last + 1, ~0U, 0);
            execv(path, arguments);
            int cause = errno;
            ssize_t ignored = write(kept, &cause, sizeof cause);
            (void)ignored;
        } else {
            int cause = errno;
            ssize_t ignored = write(report[1], &cause, sizeof cause);
            (void)ignored;
        }
        _exit(127);
    }
    close(report[1]);
    int cause = 0;
    ssize_t got;
    do {
        got = read(report[0], &cause, sizeof cause);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    if (got == (ssize_t)sizeof cause) {
        int status;
        waitpid(child, &status, 0);
        errno = cause;
        return -1;
    }
    return child;
}

static int signal_pipe[2] = {-1, -1};

static void forward(int number) {
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(signal_pipe[1], &byte, 1);
    (void)ignored;
    errno = saved;
}

int32_t lapwing_catch_signals(void) {
    if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    struct sigaction caught = {.sa_handler = forward, .sa_flags = SA_RESTART};
    sigemptyset(&caught.sa_mask);
    if (sigaction(SIGINT, &caught, NULL) != 0 || sigaction(SIGTERM, &caught, NULL) != 0) return -1;
    // A parent may have handed down a mask in which they are blocked.
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, &both, NULL);
    // A reader of our output that went away must not end a run half stopped.
    struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignored, NULL);
    return signal_pipe[0];
}

void lapwing_release_signals(void) {
    struct sigaction usual = {.sa_handler = SIG_DFL};
    sigaction(SIGINT, &usual, NULL);
    sigaction(SIGTERM, &usual, NULL);
}

int32_t lapwing_reap_child(pid_t child) {
    int status = 0;
    pid_t found;
    do {
        found = waitpid(child, &status, WNOHANG);
    } while (found < 0 && errno == EINTR);
    if (found == 0) return -1;
    if (found < 0) return -2;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
