package dev.orcinus.executor.orcrt.core;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.dylib.LastErrors;
import java.util.List;
import java.util.Optional;

/**
 * The C functions that LLVM's runtimes have for all object formats, as guest code calls them. What
 * fails is kept for {@code dlerror}, and returns what C says failure is. For many threads.
 */
public final class DylibFunctions {
    private static final int FAILURE = -1;
    private static final int NO_ADDRESS = 0;

    private final Platform platform;
    private final JitDylibs dylibs;
    private final LastErrors errors = new LastErrors();
    private final GuestTexts errorTexts;

    /** The functions of one platform. */
    public DylibFunctions(Platform platform) {
        this.platform = platform;
        this.dylibs = platform.dylibs();
        this.errorTexts = new GuestTexts(platform.guest());
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

    /** {@code void *dlopen(const char *, int)}. */
    public long open(Registers arguments) {
        return attempt(NO_ADDRESS, () -> dylibs.open(arguments.text(0)).value());
    }

    /** {@code int dlupdate(void *)}. */
    public long update(Registers arguments) {
        return attempt(
                FAILURE,
                () -> {
                    dylibs.update(arguments.address(0));
                    return 0;
                });
    }

    /** {@code int dlclose(void *)}. */
    public long close(Registers arguments) {
        return attempt(
                FAILURE,
                () -> {
                    dylibs.close(arguments.address(0));
                    return 0;
                });
    }

    /** {@code void *dlsym(void *, const char *)}. */
    public long find(Registers arguments) {
        return attempt(
                NO_ADDRESS, () -> dylibs.find(arguments.address(0), arguments.text(1)).value());
    }

    /**
     * {@code const char *dlerror(void)}. The text stays as long as the thread makes no other call
     * of this function.
     */
    public long error() {
        Optional<String> message = errors.take();
        return message.isEmpty() ? NO_ADDRESS : errorTexts.put(message.get()).value();
    }

    /** The thunks go; nobody can ask for an error any more. */
    public void close() {
        errorTexts.close();
    }

    /** {@code int __cxa_atexit(void (*)(void *), void *, void *)}. */
    public long cxaAtExit(Registers arguments) {
        return register(arguments.address(0), arguments.address(1), arguments.address(2));
    }

    /**
     * {@code int atexit(void (*)(void))}, which does not say for which dylib; that of the function,
     * or else of the caller, is meant.
     */
    public long atExit(Registers arguments) {
        ExecutorAddress function = arguments.address(0);
        ExecutorAddress handle =
                dylibs.owner(function)
                        .or(() -> dylibs.owner(arguments.returnAddress()))
                        .orElse(platform.handle());
        return register(function, ExecutorAddress.NULL, handle);
    }

    /** A handle that is no dylib's is that of a library. */
    private long register(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress handle) {
        if (!dylibs.atExit(function, argument, handle)) {
            platform.guest().process().atExit(function, argument, handle);
        }
        return 0;
    }

    /** {@code void __cxa_finalize(void *)}. */
    public long cxaFinalize(Registers arguments) {
        dylibs.runAtExits(arguments.address(0));
        return 0;
    }

    /** {@code int64_t f(const char *dylib, const char *entry, int argc, char **argv)}. */
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

    /** {@code void f(const char *)}: an error that nobody else hears of. */
    public long log(Registers arguments) {
        platform.session().log(arguments.text(0));
        return 0;
    }

    /** {@code void f(uint64_t unit, uint32_t version)}: a unit of code has been called often. */
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
     * {@code void *f(void *trampoline)}. There is nowhere to go on when a function cannot be had:
     * the process ends.
     */
    public long resolve(Registers arguments) {
        try {
            return platform.controller().resolve(arguments.address(0)).value();
        } catch (DylibException e) {
            return platform.abort("a function that is linked lazily: " + e.getMessage());
        }
    }
}
