package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.spi.HostCallException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process of this user that has been started as {@code orcinus}, and waits for this one to tell
 * it what to do. It becomes the first program that is started while a thread serves it ({@link
 * #serve}), or the parent of the guest of a session, with all that it has from whoever has started
 * it. If it is told nothing before {@link #close}, it starts a JVM of its own. One thread uses it;
 * another one may write errors at the same time.
 */
public interface LaunchedProcess extends AutoCloseable {
    /** The process that the current thread serves. */
    ScopedValue<LaunchedProcess> SERVED = ScopedValue.newInstance();

    /** Returns the process that the current thread serves, if there is one and it waits. */
    static Optional<LaunchedProcess> current() {
        return SERVED.isBound() && SERVED.get().isWaiting()
                ? Optional.of(SERVED.get())
                : Optional.empty();
    }

    /** Serves this process: a program that {@code work} starts on this thread is this process. */
    default void serve(Runnable work) {
        ScopedValue.where(SERVED, this).run(work);
    }

    /** Returns its process id. */
    long pid();

    /**
     * Returns its arguments, after the name by which it was started.
     *
     * @return empty if Java cannot represent them
     */
    Optional<List<String>> arguments();

    /** Returns the value of a variable of its environment. */
    Optional<String> variable(String name);

    /** Returns the names of the variables of its environment. */
    List<String> variables();

    /**
     * Returns whether it sees the files that this process sees under the same names, and may do
     * with them what this process may: it has the same user, groups, capabilities, namespaces, root
     * folder and security labels.
     */
    boolean isAlike();

    /**
     * Gives the calling thread its working folder and its mask of file modes, for good.
     *
     * @throws HostCallException if the system does not allow that
     */
    void enterFolder() throws HostCallException;

    /** Returns the working folder of the thread that has entered it. */
    Path folder();

    /**
     * Returns whether a file has the same name for this process, to the thread that has entered the
     * folder. Files of {@code /proc/self}, such as {@code /dev/stdin}, have not.
     *
     * @param name absolute, or from the folder
     */
    boolean isSameFile(String name);

    /** Returns whether its standard error is a terminal. */
    boolean hasTerminal();

    /** Returns its standard error, which this process lets go of when a program starts there. */
    OutputStream errors();

    /** Returns whether it waits to be told what to do. */
    boolean isWaiting();

    /** Ends it with a status, if it waits. */
    void exit(int status);

    /** Lets go of all that has come from it. If it waits, it starts a JVM of its own. */
    @Override
    void close();
}
