package dev.orcinus.platform.posix.channels;

/**
 * The constants of descriptors in which systems differ.
 *
 * @param inet6 {@code AF_INET6}
 * @param socketLevel {@code SOL_SOCKET}
 * @param reuseAddress {@code SO_REUSEADDR}
 * @param socketType {@code SO_TYPE}
 * @param doNotWait {@code MSG_DONTWAIT}
 * @param sendFlags flags of {@code sendmsg} by which it does not wait and raises no signal
 * @param nonBlocking {@code O_NONBLOCK}
 * @param duplicate {@code F_DUPFD_CLOEXEC}
 * @param again {@code EAGAIN}
 * @param timedOut {@code ETIMEDOUT}
 * @param connectionAborted {@code ECONNABORTED}
 * @param connectionRefused {@code ECONNREFUSED}
 */
public record SocketNumbers(
        int inet6,
        int socketLevel,
        int reuseAddress,
        int socketType,
        int doNotWait,
        int sendFlags,
        int nonBlocking,
        int duplicate,
        int again,
        int timedOut,
        int connectionAborted,
        int connectionRefused) {}
