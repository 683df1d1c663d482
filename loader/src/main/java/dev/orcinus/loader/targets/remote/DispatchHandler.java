package dev.orcinus.loader.targets.remote;

/**
 * A Java function that guest code calls through jit-dispatch, by a tag. Each call runs on a thread
 * of its own, so it may wait, and may use the target that the call comes from.
 */
@FunctionalInterface
public interface DispatchHandler {
    /**
     * Handles a call.
     *
     * @param arguments the call's SPS arguments
     * @return the SPS result; an exception stands for an out-of-band error, as does an empty array
     *     for executors before LLVM 24
     */
    byte[] handle(byte[] arguments) throws Exception;
}
