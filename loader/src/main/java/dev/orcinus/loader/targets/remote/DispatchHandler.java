package dev.orcinus.loader.targets.remote;

/**
 * A function of ours that guest code calls through jit-dispatch, by its tag. Each call has a thread
 * of its own, so it may wait, and may use the target that it is called by.
 */
@FunctionalInterface
public interface DispatchHandler {
    /**
     * Answers a call.
     *
     * @param arguments its SPS arguments
     * @return its SPS result; empty stands for an out-of-band error, as an exception does
     */
    byte[] handle(byte[] arguments) throws Exception;
}
