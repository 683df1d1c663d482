package dev.orcinus.jit;

/**
 * Tells when an {@link IsolatedJit} takes checkpoints, to which it goes back after a crash.
 *
 * <pre>{@code
 * try (IsolatedJit jit = Jit.isolated(CheckpointPolicy.ON_REQUEST)) {
 *     jit.checkpoint();                              // a crash goes back to here
 * }
 * }</pre>
 */
public enum CheckpointPolicy {
    /**
     * Before a call, if code has been loaded or removed since the last checkpoint, and no other
     * call runs. A call of code that is in place costs nothing more. A checkpoint takes about a
     * millisecond, and then each page that code writes to for the first time some microseconds.
     */
    AFTER_LOADING,
    /**
     * Only when {@link IsolatedJit#checkpoint} is called. Without one, a crash loses everything.
     */
    ON_REQUEST
}
