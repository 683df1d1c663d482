package dev.orcinus.platform.spi;

/**
 * An operating-system call that failed. The message names the call, its arguments and the reason,
 * {@code mmap(size=0x1000): Cannot allocate memory (errno 12)}, or holds the reason only where the
 * call reports text only.
 */
public final class HostCallException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * A failed call.
     *
     * @param call the call with its arguments as text, as in {@code mmap(size=0x1000)}
     * @param errno the error number, or 0 where the call reports text only ({@code dlopen})
     * @param reason the text of the error ({@code strerror}, {@code dlerror})
     */
    public HostCallException(String call, int errno, String reason) {
        super(errno == 0 ? reason : call + ": " + reason + " (errno " + errno + ")");
        this.call = call;
        this.errno = errno;
    }

    /** Returns the call with its arguments. */
    public String call() {
        return call;
    }

    /** Returns the error number; 0 if the call reports text only. */
    public int errno() {
        return errno;
    }
}
