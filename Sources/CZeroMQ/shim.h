#include <netdb.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <zmq.h>

// libzmq 4.3 implements this option but its header hides it behind the draft switch.
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

/// Asks the system's resolver for a host name: 0 when it has an address, else getaddrinfo's code.
static inline int lapwing_look_up_host(const char *host) {
    struct addrinfo hints, *found = 0;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    int code = getaddrinfo(host, 0, &hints, &found);
    if (code == 0) freeaddrinfo(found);
    return code;
}

/// Overwrites memory in a way that the compiler may not leave out.
static inline void lapwing_erase(void *bytes, size_t count) {
    explicit_bzero(bytes, count);
}
