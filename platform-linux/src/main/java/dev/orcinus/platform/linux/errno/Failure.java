package dev.orcinus.platform.linux.errno;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxString;
import dev.orcinus.platform.spi.HostCallException;

/** Makes exceptions of failed calls. */
public final class Failure {
    private Failure() {}

    /**
     * Returns the exception for a call that has just failed.
     *
     * @param call the call with its arguments
     * @param state the state that holds its {@code errno}
     */
    public static HostCallException of(String call, ErrnoState state) {
        return of(call, state.errno());
    }

    /** Returns the exception for a call that failed with {@code errno}. */
    public static HostCallException of(String call, int errno) {
        return new HostCallException(call, errno, text(errno));
    }

    /** Returns a text as in {@code ENOMEM, Cannot allocate memory}. */
    public static String text(int errno) {
        String name = LinuxString.strerrorname_np(errno);
        String text = LinuxString.strerrordesc_np(errno);
        return name == null || text == null ? "failed" : name + ", " + text;
    }
}
