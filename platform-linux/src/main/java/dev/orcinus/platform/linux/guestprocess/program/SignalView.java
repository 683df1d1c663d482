package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;

/**
 * Functions that call those of the C library which tell of the actions of signals, and tell of the
 * default action where these tell of a handler of ours.
 */
public enum SignalView {
    /** {@code int sigaction(int, const struct sigaction *, struct sigaction *)}. */
    ACTION,
    /** {@code sighandler_t signal(int, sighandler_t)}. */
    OLD_HANDLER,
    /** {@code int sigaltstack(const stack_t *, stack_t *)}. */
    STACK;

    /**
     * Returns the code of a function.
     *
     * @param real the function of the C library
     * @param ours the handler or the signal stack that is not to be seen
     */
    public byte[] code(Processor processor, ExecutorAddress real, ExecutorAddress ours) {
        boolean isX64 = processor == Processor.X86_64;
        CodeListing listing =
                switch (this) {
                    case ACTION ->
                            isX64 ? SignalViewCode.X64_ACTION : SignalViewCode.AARCH64_ACTION;
                    case OLD_HANDLER ->
                            isX64
                                    ? SignalViewCode.X64_OLD_HANDLER
                                    : SignalViewCode.AARCH64_OLD_HANDLER;
                    case STACK -> isX64 ? SignalViewCode.X64_STACK : SignalViewCode.AARCH64_STACK;
                };
        return listing.fill().with("real", real.value()).with("ours", ours.value()).bytes();
    }
}
