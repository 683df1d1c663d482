package dev.orcinus.platform.linux;

import static dev.orcinus.platform.spi.guest.GuestThreadLocals.RUN_DESTRUCTORS;
import static dev.orcinus.platform.spi.guest.GuestThreadLocals.THREAD_AT_EXIT;

import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.posix.ThreadExitCode;

/**
 * The shared object that keeps the destructors of thread-locals. glibc counts, for each shared
 * object, the destructors that it has to call when threads end, and does not unload the object
 * before; linked code is in no shared object. So linked code registers here, and this library
 * registers one of its own functions with glibc. When code is to go, this library runs its
 * destructors, and that function does nothing when glibc calls it later.
 */
public final class ThreadExitLibrary {
    private static final String SONAME = "liborcinus-thread-exit.so";

    private ThreadExitLibrary() {}

    /** Returns the bytes of the library for a processor. */
    public static byte[] write(Processor processor) {
        ThreadExitCode code = processor.threadExitCode();
        SharedObject library =
                new SharedObject(processor.elfMachine(), SONAME)
                        .needs("libc.so.6")
                        .code(code.link(0))
                        .data(new byte[ThreadExitCode.WORD_BYTES]);
        export(library, code, THREAD_AT_EXIT, "at_exit");
        export(library, code, RUN_DESTRUCTORS, "run");
        int end = export(library, code, "orcinus_thread_end", "end");
        library.relocate(ThreadExitCode.END, processor.addressRelocation(), end, 0);
        long word = ThreadExitCode.FIRST_IMPORT;
        for (String name : ThreadExitCode.IMPORTS) {
            int symbol = library.importFunction(name);
            library.relocate(word, processor.addressRelocation(), symbol, 0);
            word += Long.BYTES;
        }
        return library.code(code.link(library.dataFromCode())).write();
    }

    private static int export(
            SharedObject library, ThreadExitCode code, String symbol, String label) {
        return library.exportCode(symbol, code.offsetOf(label), 1);
    }
}
