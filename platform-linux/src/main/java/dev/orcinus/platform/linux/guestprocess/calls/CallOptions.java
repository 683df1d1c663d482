package dev.orcinus.platform.linux.guestprocess.calls;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;

/**
 * The linker's options that mean something for a guest process. Variable arguments are passed like
 * others; {@code errno} is that of the guest's thread.
 *
 * @param capturesErrno whether a call takes a segment for {@code errno} as its first argument, or
 *     behind the allocator
 */
record CallOptions(boolean capturesErrno) {
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /**
     * Returns the options of a call.
     *
     * @throws IllegalArgumentException if one means something in this process only
     */
    static CallOptions of(FunctionDescriptor shape, Linker.Option... options) {
        boolean captures = false;
        for (Linker.Option option : options) {
            if (option.equals(ERRNO)) {
                captures = true;
            } else if (!isVariadic(shape, option)) {
                throw new IllegalArgumentException(
                        option + " means nothing for code in another process");
            }
        }
        return new CallOptions(captures);
    }

    private static boolean isVariadic(FunctionDescriptor shape, Linker.Option option) {
        for (int i = 0; i <= shape.argumentLayouts().size(); i++) {
            if (option.equals(Linker.Option.firstVariadicArg(i))) {
                return true;
            }
        }
        return false;
    }
}
