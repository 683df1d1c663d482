package dev.orcinus.jit.unwinding;

import dev.orcinus.formats.mangling.CxxNames;
import dev.orcinus.loader.NativeException;
import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The exceptions of C++ as its runtimes lay them out: the type is in the header in front of {@code
 * _Unwind_Exception}, the object behind it. Source: the Itanium C++ ABI, "Exception Handling",
 * 2.2.1; libstdc++ and libc++abi have the type at the same place. Many threads use it.
 */
final class CxxException {
    private static final int UNWIND_HEADER = 32;
    private static final int TYPE = -80;
    private static final long LANGUAGE = ~0xffL;
    private static final long GNU = 0x474e_5543_432b_2b00L; // "GNUCC++\0"
    private static final long CLANG = 0x434c_4e47_432b_2b00L; // "CLNGC++\0"

    /** The place of {@code __do_catch}, of libc++abi {@code can_catch}, in a type's table. */
    private static final int CAN_CATCH = 4;

    private static final int WHAT = 2;

    /** A word of the header that the unwinder does not need any more: {@code private_2}. */
    private static final int SCRATCH = 24;

    private final NativeSide side;
    private final SideMemory memory;

    CxxException(NativeSide side, SideMemory memory) {
        this.side = side;
        this.memory = memory;
    }

    /** Ends an exception that has been caught, and returns what it says. */
    NativeException take(long exception, long kind, List<String> frames) {
        if ((kind & LANGUAGE) != GNU && (kind & LANGUAGE) != CLANG) {
            return new NativeException("exception of " + language(kind), Optional.empty(), frames);
        }
        long object = exception + UNWIND_HEADER;
        long type = memory.word(exception + TYPE);
        if ((kind & ~LANGUAGE) != 0) { // it refers to another one, as std::rethrow_exception does
            object = type;
            type = memory.word(object - UNWIND_HEADER + TYPE);
        }
        String mangled = memory.text(new ExecutorAddress(memory.word(type + Long.BYTES)));
        String name = mangled.startsWith("*") ? mangled.substring(1) : mangled;
        UnwindLibrary runtime = new UnwindLibrary(side.target());
        side.call(runtime.find("__cxa_begin_catch"), exception, 0, 0, 0);
        try {
            Optional<String> what = what(runtime, type, object, name, exception + SCRATCH);
            return new NativeException(demangled(name), what, frames);
        } finally {
            side.call(runtime.find("__cxa_end_catch"), 0, 0, 0, 0);
        }
    }

    private static String demangled(String type) {
        String symbol = CxxNames.demangle("_ZTS" + type);
        String prefix = "typeinfo name for ";
        return symbol.startsWith(prefix) ? symbol.substring(prefix.length()) : type;
    }

    private static String language(long kind) {
        byte[] letters = ByteBuffer.allocate(Long.BYTES).putLong(kind).array();
        return new String(letters, StandardCharsets.ISO_8859_1).replace("\0", " ").strip();
    }

    private Optional<String> what(
            UnwindLibrary runtime, long type, long object, String name, long scratch) {
        if (name.equals("PKc")) {
            return Optional.ofNullable(memory.text(new ExecutorAddress(memory.word(object))));
        }
        long base = runtime.find("_ZTISt9exception").value();
        long place = exceptionIn(base, type, object, scratch);
        if (place == 0) {
            return Optional.empty();
        }
        long function = memory.word(memory.word(place) + (long) WHAT * Long.BYTES);
        long text = side.call(new ExecutorAddress(function), place, 0, 0, 0);
        return Optional.ofNullable(memory.text(new ExecutorAddress(text)));
    }

    /** Returns the {@code std::exception} within an object, or 0. */
    private long exceptionIn(long base, long type, long object, long scratch) {
        long canCatch = memory.word(memory.word(base) + (long) CAN_CATCH * Long.BYTES);
        side.write(new ExecutorAddress(scratch), object);
        long answer = side.call(new ExecutorAddress(canCatch), base, type, scratch, 1);
        return (answer & 1) == 1 ? memory.word(scratch) : 0;
    }
}
