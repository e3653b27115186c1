// Starting a child process that dies with its parent, and telling signals to a loop: what Foundation does not offer.

#ifndef LAPWING_CPROCESS_H
#define LAPWING_CPROCESS_H

#include <stdint.h>
#include <sys/types.h>

/// Starts `path` with `arguments` (NULL at the end, the program's name first) in the folder `folder`.
///
/// The child reads nothing, writes to the two descriptors, inherits no other, stands in a process group of its own (so
/// that Ctrl-C at the terminal reaches the parent alone), and gets SIGTERM when the calling *thread* ends: call it on
/// the main thread.
///
/// Returns the child's process number, or -1 with errno set, also when `path` could not be executed.
pid_t lapwing_spawn_child(
    const char *path, char *const arguments[], const char *folder, int32_t output, int32_t errors);

/// Makes SIGINT and SIGTERM readable instead of deadly: returns a descriptor that becomes readable once for each
/// signal, one byte with its number; -1 with errno set when the system refuses. A second call returns the same
/// descriptor.
int32_t lapwing_catch_signals(void);

/// Gives SIGINT and SIGTERM their usual effect back.
void lapwing_release_signals(void);

/// How a child ended: its exit code, or 128 plus the signal that ended it; -1 while it runs, -2 when it is not ours.
int32_t lapwing_reap_child(pid_t child);

#endif
