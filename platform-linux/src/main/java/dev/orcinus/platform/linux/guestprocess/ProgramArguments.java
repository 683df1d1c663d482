package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The arguments of main. */
final class ProgramArguments {
    private final NativeGuest guest;
    private final List<String> ofProcess;

    /**
     * Arguments in a guest.
     *
     * @param ofProcess those that the process was started with
     */
    ProgramArguments(NativeGuest guest, List<String> ofProcess) {
        this.guest = guest;
        this.ofProcess = List.copyOf(ofProcess);
    }

    /** Returns the address of an array of texts; that of the kernel if it has the same. */
    ExecutorAddress of(List<String> texts, NativeThread thread) {
        if (texts.equals(ofProcess)) {
            return guest.head().arguments();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long[] pointers = new long[texts.size() + 1];
        for (int i = 0; i < texts.size(); i++) {
            pointers[i] = all.size();
            all.writeBytes(texts.get(i).getBytes(UTF_8));
            all.write(0);
        }
        int arrayBytes = pointers.length * Long.BYTES;
        long at = thread.call(Libc.MALLOC, (long) arrayBytes + all.size());
        MemorySegment block = MemorySegment.ofArray(new byte[arrayBytes + all.size()]);
        for (int i = 0; i < texts.size(); i++) {
            block.set(JAVA_LONG_UNALIGNED, (long) i * Long.BYTES, at + arrayBytes + pointers[i]);
        }
        MemorySegment.copy(all.toByteArray(), 0, block, JAVA_BYTE, arrayBytes, all.size());
        ExecutorAddress start = new ExecutorAddress(at);
        if (at == 0 || !thread.memory().write(block, start)) {
            throw new OutOfMemoryError("malloc failed in the guest");
        }
        return start;
    }

    /** Returns the value of {@code environ}. */
    long environment(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put("environ").value();
            long variable = thread.call(guest.head().dlsym(), 0, name);
            MemorySegment value = MemorySegment.ofArray(new long[1]);
            return thread.memory().read(new ExecutorAddress(variable), value)
                    ? value.get(JAVA_LONG, 0)
                    : 0;
        }
    }
}
