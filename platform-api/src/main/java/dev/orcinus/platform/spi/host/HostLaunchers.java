package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import dev.orcinus.platform.spi.guest.LaunchedProcess;
import dev.orcinus.platform.spi.guest.LauncherBuild;

/**
 * The launchers of an OS: executables that need no JVM, and become programs that a daemon links.
 * What starts guests serves them, too. Many threads may use it.
 */
public interface HostLaunchers {
    /**
     * Returns the file of the launcher.
     *
     * @param script the absolute path of the script that it executes if no daemon serves it
     */
    byte[] launcher(LauncherBuild build, String script);

    /**
     * Greets a launcher, so that it does not look at the time any more, and reads what it has to
     * say.
     *
     * @param connection the line to it, which belongs to the result
     * @param build that the launcher has to be of
     * @throws HostCallException also if the launcher is of another build; the line is closed then
     */
    LaunchedProcess receive(HostChannel connection, LauncherBuild build) throws HostCallException;

    /**
     * Makes a launcher, which waits, the parent of a guest for a session.
     *
     * @param process a launcher that {@link #receive} has returned
     * @param in the descriptor from which the launcher was to read, by its number there
     * @param out the descriptor to which it was to write
     * @throws HostCallException if it has gone, goes its own way, or has ended because no guest can
     *     be started, and has said so
     * @throws GuestGoneException if it has been ended from outside while the guest was started
     */
    LaunchedSession startSession(LaunchedProcess process, int in, int out) throws HostCallException;

    /**
     * Returns the launchers of the OS that we run on.
     *
     * @throws UnsupportedOperationException if there are none
     */
    static HostLaunchers current() {
        if (IsolatedGuestProvider.current() instanceof HostLaunchers launchers) {
            return launchers;
        }
        throw new UnsupportedOperationException("this system has no launchers");
    }
}
