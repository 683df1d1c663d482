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
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments of main. */
final class ProgramArguments {
    /** The smallest pages that a system has. */
    private static final int PAGE_BYTES = 4096;

    /** A key of the auxiliary vector ({@code <elf.h>}). */
    private static final long AT_ENTRY = 9;

    private final NativeGuest guest;
    private final List<String> ofProcess;
    private final boolean losesVariable;
    private ExecutorAddress copy = ExecutorAddress.NULL;
    private List<String> laidOut;
    private ExecutorAddress start = ExecutorAddress.NULL;
    private MemorySegment block = MemorySegment.NULL;

    /**
     * Arguments in a guest.
     *
     * @param ofProcess those that the process was started with
     * @param losesVariable whether the environment loses a variable before they are used
     */
    ProgramArguments(NativeGuest guest, List<String> ofProcess, boolean losesVariable) {
        this.guest = guest;
        this.losesVariable = losesVariable;
        this.ofProcess = List.copyOf(ofProcess);
    }

    /**
     * Returns the address of {@code argv} of the process, with its environment and the auxiliary
     * vector behind it, as the kernel lays them out; null if the process was started with other
     * arguments. If the environment has lost a variable since, which leaves a gap there, it is a
     * copy of what the kernel has made, and {@code environ} is part of the copy.
     */
    private ExecutorAddress ofKernel(List<String> texts, NativeThread thread) {
        if (!texts.equals(ofProcess)) {
            return ExecutorAddress.NULL;
        }
        if (!losesVariable) {
            return guest.head().arguments();
        }
        if (copy.isNull()) {
            copy = copyOfKernels(thread);
        }
        return copy;
    }

    private ExecutorAddress copyOfKernels(NativeThread thread) {
        List<Long> words = new ArrayList<>(List.of((long) ofProcess.size()));
        addPointers(words, thread, guest.head().arguments().value());
        ExecutorAddress environ = environ(thread);
        long envp = words.size();
        addPointers(words, thread, word(thread, environ.value()));
        addAuxiliaryVector(words);
        MemorySegment block = MemorySegment.ofArray(words.stream().mapToLong(w -> w).toArray());
        long start = thread.call(Libc.MALLOC, block.byteSize());
        MemorySegment ofCopy = MemorySegment.ofArray(new long[] {start + envp * Long.BYTES});
        if (start == 0
                || !thread.memory().write(block, new ExecutorAddress(start))
                || !thread.memory().write(ofCopy, environ)) {
            throw new OutOfMemoryError("malloc failed in the guest");
        }
        return new ExecutorAddress(start + Long.BYTES);
    }

    /** Adds the pointers of an array up to the null pointer, which is added, too. */
    private static void addPointers(List<Long> words, NativeThread thread, long array) {
        if (array == 0) {
            return;
        }
        long at = array;
        while (true) {
            long[] part = restOfPage(thread, at);
            for (long pointer : part) {
                words.add(pointer);
                if (pointer == 0) {
                    return;
                }
            }
            at += (long) Long.BYTES * part.length;
        }
    }

    /** Returns the words from an address to the end of its page; zeros if it cannot be read. */
    private static long[] restOfPage(NativeThread thread, long address) {
        long sizeBytes = PAGE_BYTES - address % PAGE_BYTES;
        long[] words = new long[Math.max(1, (int) sizeBytes / Long.BYTES)];
        return thread.memory().read(new ExecutorAddress(address), MemorySegment.ofArray(words))
                ? words
                : new long[words.length];
    }

    private void addAuxiliaryVector(List<Long> words) {
        try {
            byte[] vector = Files.readAllBytes(Path.of("/proc", guest.pid() + "", "auxv"));
            LongBuffer all = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder()).asLongBuffer();
            while (all.hasRemaining()) {
                words.add(all.get());
            }
        } catch (IOException _) { // a system that hides it
            words.addAll(List.of(0L, 0L));
        }
    }

    private static long word(NativeThread thread, long address) {
        MemorySegment value = MemorySegment.ofArray(new long[1]);
        return thread.memory().read(new ExecutorAddress(address), value)
                ? value.get(JAVA_LONG, 0)
                : 0;
    }

    /**
     * Returns the address of {@code argv} of any arguments, with the environment and the auxiliary
     * vector behind it, as the kernel lays them out. Equal arguments are laid out once, unless the
     * guest has gone back to a state before that.
     */
    synchronized ExecutorAddress of(List<String> texts, NativeThread thread) {
        ExecutorAddress ofKernel = ofKernel(texts, thread);
        if (!ofKernel.isNull()) {
            return ofKernel;
        }
        if (!texts.equals(laidOut) || !isThere(thread)) {
            layOut(texts, thread);
        }
        return start;
    }

    /**
     * Returns the words with which the kernel starts a program: the number of arguments, {@code
     * argv}, the environment, and the auxiliary vector with the program's entry.
     */
    List<Long> stack(List<String> texts, NativeThread thread, ExecutorAddress entry) {
        List<Long> words = new ArrayList<>(List.of((long) texts.size()));
        addPointers(words, thread, of(texts, thread).value());
        int envp = words.size();
        addPointers(words, thread, environment(thread));
        if (words.size() == envp) {
            words.add(0L);
        }
        int vector = words.size();
        addAuxiliaryVector(words);
        for (int i = vector; i < words.size(); i += 2) {
            if (words.get(i) == AT_ENTRY) {
                words.set(i + 1, entry.value());
            }
        }
        return words;
    }

    private boolean isThere(NativeThread thread) {
        MemorySegment now = MemorySegment.ofArray(new byte[Math.toIntExact(block.byteSize())]);
        return thread.memory().read(start, now) && now.mismatch(block) < 0;
    }

    private void layOut(List<String> texts, NativeThread thread) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Long> words = new ArrayList<>();
        for (String text : texts) {
            words.add((long) all.size());
            all.writeBytes(text.getBytes(UTF_8));
            all.write(0);
        }
        words.add(0L);
        long environment = environment(thread);
        if (environment == 0) {
            words.add(0L);
        }
        addPointers(words, thread, environment);
        addAuxiliaryVector(words);
        int arrayBytes = words.size() * Long.BYTES;
        long at = thread.call(Libc.MALLOC, (long) arrayBytes + all.size());
        block = MemorySegment.ofArray(new byte[arrayBytes + all.size()]);
        for (int i = 0; i < words.size(); i++) {
            long moved = i < texts.size() ? at + arrayBytes : 0;
            block.set(JAVA_LONG_UNALIGNED, (long) i * Long.BYTES, words.get(i) + moved);
        }
        MemorySegment.copy(all.toByteArray(), 0, block, JAVA_BYTE, arrayBytes, all.size());
        start = new ExecutorAddress(at);
        if (at == 0 || !thread.memory().write(block, start)) {
            throw new OutOfMemoryError("malloc failed in the guest");
        }
        laidOut = List.copyOf(texts);
    }

    /** Returns the value of {@code environ}. */
    long environment(NativeThread thread) {
        return word(thread, environ(thread).value());
    }

    private ExecutorAddress environ(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put("environ").value();
            return new ExecutorAddress(thread.call(guest.head().dlsym(), 0, name));
        }
    }
}
