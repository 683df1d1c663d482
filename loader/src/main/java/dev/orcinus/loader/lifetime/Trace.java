package dev.orcinus.loader.lifetime;

/**
 * The places where something was closed, for the messages about its later use. They are noted only
 * in a JVM with {@code -Dorcinus.trace}, because each costs a walk over the stack.
 */
public final class Trace {
    private static final boolean ON = System.getProperty("orcinus.trace") != null;

    private Trace() {}

    /**
     * Returns the place of the caller, whose stack trace tells it, or null if places are not noted.
     *
     * @param what what happens to whom, as in "numerics was closed"
     */
    public static Throwable here(String what) {
        return ON ? new Throwable(what + " here, by " + Thread.currentThread().getName()) : null;
    }

    /**
     * Returns an exception for the use of something that is closed.
     *
     * @param problem the message
     * @param place the place where it was closed, or null if that is not known
     */
    public static IllegalStateException closed(String problem, Throwable place) {
        String advice = ON ? "" : "; -Dorcinus.trace tells where";
        return new IllegalStateException(problem + advice, place);
    }
}
