package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.dylib.LastErrors;
import java.util.List;
import java.util.Optional;

/**
 * The C functions that LLVM's runtimes have for all object formats. A function that fails returns
 * C's value for failure, and its error is kept for {@code dlerror}. Thread-safe.
 */
public final class DylibFunctions {
    private static final int FAILURE = -1;
    private static final int NO_ADDRESS = 0;

    private final Platform platform;
    private final JitDylibs dylibs;
    private final LastErrors errors = new LastErrors();
    private final GuestTexts errorTexts;

    /** Creates the functions of one platform. */
    public DylibFunctions(Platform platform) {
        this.platform = platform;
        this.dylibs = platform.dylibs();
        this.errorTexts = new GuestTexts(platform.guest());
        platform.session().guest().checkpoints().add(errorTexts);
    }

    @FunctionalInterface
    private interface Work {
        long run() throws DylibException;
    }

    private long attempt(long failure, Work work) {
        try {
            return work.run();
        } catch (DylibException e) {
            errors.set(e.getMessage());
            return failure;
        }
    }

    /** Implements {@code void *dlopen(const char *, int)}. */
    public long open(Registers arguments) {
        return attempt(NO_ADDRESS, () -> dylibs.open(arguments.text(0)).value());
    }

    /** Implements {@code int dlupdate(void *)}. */
    public long update(Registers arguments) {
        return attempt(
                FAILURE,
                () -> {
                    dylibs.update(arguments.address(0));
                    return 0;
                });
    }

    /** Implements {@code int dlclose(void *)}. */
    public long close(Registers arguments) {
        return attempt(
                FAILURE,
                () -> {
                    dylibs.close(arguments.address(0));
                    return 0;
                });
    }

    /** Implements {@code void *dlsym(void *, const char *)}. */
    public long find(Registers arguments) {
        return attempt(
                NO_ADDRESS, () -> dylibs.find(arguments.address(0), arguments.text(1)).value());
    }

    /**
     * Implements {@code const char *dlerror(void)}. The text is valid until the thread calls this
     * function again.
     */
    public long error() {
        Optional<String> message = errors.take();
        return message.isEmpty() ? NO_ADDRESS : errorTexts.put(message.get()).value();
    }

    /** Frees the texts of errors, as the memory of the thunks is freed. */
    public void close() {
        errorTexts.close();
    }

    /** Implements {@code int __cxa_atexit(void (*)(void *), void *, void *)}. */
    public long cxaAtExit(Registers arguments) {
        return register(arguments.address(0), arguments.address(1), arguments.address(2));
    }

    /**
     * Implements {@code int atexit(void (*)(void))}. The call does not name a dylib, so the
     * function is registered for the one that contains it, else for the caller's.
     */
    public long atExit(Registers arguments) {
        ExecutorAddress function = arguments.address(0);
        ExecutorAddress handle =
                dylibs.owner(function)
                        .or(() -> dylibs.owner(arguments.returnAddress()))
                        .orElse(platform.handle());
        return register(function, ExecutorAddress.NULL, handle);
    }

    /** Registers a function for a dylib, or for a library if no dylib has the handle; returns 0. */
    private long register(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress handle) {
        if (!dylibs.atExit(function, argument, handle)) {
            platform.guest().process().atExit(function, argument, handle);
        }
        return 0;
    }

    /** Implements {@code void __cxa_finalize(void *)}. */
    public long cxaFinalize(Registers arguments) {
        dylibs.runAtExits(arguments.address(0));
        return 0;
    }

    /**
     * Implements {@code int64_t f(const char *dylib, const char *entry, int argc, char **argv)}.
     */
    public long runProgram(Registers arguments) {
        int count = (int) arguments.number(2);
        return attempt(
                FAILURE,
                () ->
                        platform.runProgram(
                                arguments.text(0),
                                arguments.text(1),
                                List.of(arguments.texts(3, count))));
    }

    /** Implements {@code void f(const char *)}: writes an error to the session's log. */
    public long log(Registers arguments) {
        platform.session().log(arguments.text(0));
        return 0;
    }

    /**
     * Implements {@code void f(uint64_t unit, uint32_t version)}: says that a unit of code has been
     * called often.
     */
    public long reoptimize(Registers arguments) {
        return attempt(
                FAILURE,
                () -> {
                    platform.controller()
                            .reoptimize(arguments.number(0), (int) arguments.number(1));
                    return 0;
                });
    }

    /**
     * Implements {@code void *f(void *trampoline)}. Ends the process if the function cannot be
     * linked, because the caller cannot continue.
     */
    public long resolve(Registers arguments) {
        try {
            return platform.controller().resolve(arguments.address(0)).value();
        } catch (DylibException e) {
            return platform.abort("a function that is linked lazily: " + e.getMessage());
        }
    }
}
