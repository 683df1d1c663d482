package dev.orcinus.platform.posix;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Dlfcn;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the kernel puts on the stack of a program (System V ABI, processor supplement for AMD64,
 * 3.4.1 "Initial Stack and Register State"): the number of arguments, {@code argv}, {@code envp}
 * and the auxiliary vector, each behind the other. It is made once for each list of arguments, and
 * stays until the process ends, because programs keep pointers to it. Any thread may use it.
 */
public class ProgramStack {
    private static final int LARGEST_ENVIRONMENT = 1 << 20;
    private static final long AT_EXECFN = 31;
    private static final Path AUXILIARY = Path.of("/proc/self/auxv");

    private final Map<List<String>, Long> made = new ConcurrentHashMap<>();

    /** For systems whose C library has the variable {@code environ}. */
    public ProgramStack() {}

    /** Returns the address of {@code argv}. */
    long argv(List<String> arguments) {
        return made.computeIfAbsent(List.copyOf(arguments), this::make);
    }

    /** Returns the address of {@code envp}, which lies behind {@code argv}. */
    static long envp(List<String> arguments, long argv) {
        return argv + (arguments.size() + 1L) * Long.BYTES;
    }

    private long make(List<String> arguments) {
        Arena arena = Arena.global();
        List<Long> words = new ArrayList<>();
        words.add((long) arguments.size());
        for (String argument : arguments) {
            words.add(arena.allocateFrom(argument).address());
        }
        words.add(0L);
        words.addAll(environment());
        words.add(0L);
        words.addAll(auxiliaryVector(arguments.isEmpty() ? 0 : words.get(1)));
        MemorySegment block = arena.allocate(JAVA_LONG, words.size());
        for (int i = 0; i < words.size(); i++) {
            block.setAtIndex(JAVA_LONG, i, words.get(i));
        }
        return block.address() + Long.BYTES;
    }

    /** Returns the pointers of {@code environ}, to strings that the C library keeps. */
    private List<Long> environment() {
        List<Long> pointers = new ArrayList<>();
        long variable = environ();
        long array = variable == 0 ? 0 : word(variable);
        for (int i = 0; array != 0 && i < LARGEST_ENVIRONMENT; i++) {
            long pointer = word(array + (long) i * Long.BYTES);
            if (pointer == 0) {
                break;
            }
            pointers.add(pointer);
        }
        return pointers;
    }

    /** Returns the address of the variable {@code environ}, or 0 if there is none. */
    protected long environ() {
        try (Arena arena = Arena.ofConfined()) {
            return Dlfcn.dlsym(0, arena.allocateFrom("environ"));
        }
    }

    private static long word(long address) {
        return NativeMemory.view(address, Long.BYTES).get(JAVA_LONG, 0);
    }

    /** Returns the process's own vector, in which the program has its own name. */
    private static List<Long> auxiliaryVector(long programName) {
        List<Long> words = new ArrayList<>();
        LongBuffer own = ownAuxiliaryVector();
        while (own.remaining() >= 2) {
            long type = own.get();
            long value = own.get();
            words.add(type);
            words.add(type == AT_EXECFN ? programName : value);
            if (type == 0) {
                return words;
            }
        }
        words.add(0L);
        words.add(0L);
        return words;
    }

    private static LongBuffer ownAuxiliaryVector() {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(AUXILIARY))
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer();
        } catch (IOException _) { // a system that hides it
            return LongBuffer.allocate(0);
        }
    }
}
