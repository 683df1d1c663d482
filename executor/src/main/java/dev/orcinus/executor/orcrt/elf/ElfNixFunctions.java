package dev.orcinus.executor.orcrt.elf;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.runtime.dylib.DylibException;
import dev.orcinus.runtime.dylib.JitDylibs;
import dev.orcinus.runtime.dylib.LastErrors;
import java.util.List;
import java.util.Optional;

/** The C functions of LLVM's ELF platform, as guest code calls them. For many threads. */
final class ElfNixFunctions {
    private static final int FAILURE = -1;

    private final ElfNixPlatform platform;
    private final JitDylibs dylibs;
    private final LastErrors errors = new LastErrors();
    private final GuestTexts errorTexts;

    ElfNixFunctions(ElfNixPlatform platform) {
        this.platform = platform;
        this.dylibs = platform.dylibs();
        this.errorTexts = new GuestTexts(platform.guest());
    }

    /** Calls a function; what fails is kept for {@code dlerror}, and is what C says failure is. */
    long call(Entry entry, Registers arguments) {
        try {
            return switch (entry) {
                case DLOPEN -> dylibs.open(arguments.text(0)).value();
                case DLUPDATE -> update(arguments.address(0));
                case DLCLOSE -> close(arguments.address(0));
                case DLSYM -> dylibs.find(arguments.address(0), arguments.text(1)).value();
                case DLERROR -> error();
                case CXA_ATEXIT -> cxaAtExit(arguments);
                case ATEXIT -> atExit(arguments);
                case CXA_FINALIZE -> cxaFinalize(arguments.address(0));
                case RUN_PROGRAM -> runProgram(arguments);
                case LOG_ERROR -> log(arguments.text(0));
                case REOPTIMIZE -> reoptimize(arguments);
                case RESOLVE -> resolve(arguments.address(0));
                case TLS_FIRST_USE -> useThreadLocal(arguments.address(0));
                default -> throw new AssertionError(entry + " is no C function");
            };
        } catch (DylibException e) {
            errors.set(e.getMessage());
            return entry == Entry.DLOPEN || entry == Entry.DLSYM ? 0 : FAILURE;
        }
    }

    private long update(ExecutorAddress handle) throws DylibException {
        dylibs.update(handle);
        return 0;
    }

    private long close(ExecutorAddress handle) throws DylibException {
        dylibs.close(handle);
        return 0;
    }

    /** The text stays as long as the thread makes no other call of this function. */
    private long error() {
        Optional<String> message = errors.take();
        return message.isEmpty() ? 0 : errorTexts.put(message.get()).value();
    }

    /** The thunks go; nobody can ask for an error any more. */
    void close() {
        errorTexts.close();
    }

    private long cxaAtExit(Registers arguments) {
        return register(arguments.address(0), arguments.address(1), arguments.address(2));
    }

    /**
     * {@code atexit} does not say for which dylib; that of the function, or else of the caller, is
     * meant.
     */
    private long atExit(Registers arguments) {
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

    private long cxaFinalize(ExecutorAddress handle) {
        dylibs.runAtExits(handle);
        return 0;
    }

    private long runProgram(Registers arguments) throws DylibException {
        int count = (int) arguments.number(2);
        return platform.runProgram(
                arguments.text(0), arguments.text(1), List.of(arguments.texts(3, count)));
    }

    private long log(String message) {
        platform.session().log(message);
        return 0;
    }

    private long reoptimize(Registers arguments) throws DylibException {
        platform.controller().reoptimize(arguments.number(0), (int) arguments.number(1));
        return 0;
    }

    /** There is nowhere to go on when a function cannot be had: the process ends. */
    private long resolve(ExecutorAddress trampoline) {
        try {
            return platform.controller().resolve(trampoline).value();
        } catch (DylibException e) {
            return abort("a function that is linked lazily: " + e.getMessage());
        }
    }

    private long useThreadLocal(ExecutorAddress entry) {
        try {
            platform.threadLocals().use(entry);
            return 0;
        } catch (HostCallException e) {
            return abort(e.getMessage());
        }
    }

    private long abort(String message) {
        platform.session().log(message);
        platform.guest().process().abort();
        throw new AssertionError("abort has returned");
    }
}
