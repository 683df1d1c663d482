package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.bindings.linux.LinuxSignal.Sigaction;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a process has been told about signals by whoever has started it: some are ignored, some are
 * blocked. A guest that this process starts has nothing of that; one that is forked off a process
 * which somebody else has started is told here.
 *
 * @param ignored the signals that it ignores
 * @param areBlocked whether any are blocked
 */
record InheritedSignals(List<Integer> ignored, boolean areBlocked) {
    /** Those of a process that has been told nothing. */
    static final InheritedSignals NONE = new InheritedSignals(List.of(), false);

    private static final String IGNORED = "SigIgn:\t";
    private static final String BLOCKED = "SigBlk:\t";
    private static final int SIG_SETMASK = 2;
    private static final int HEXADECIMAL = 16;

    /** Returns those of a process; none if the system hides them. */
    static InheritedSignals of(int pid) {
        long ignored = 0;
        long blocked = 0;
        try {
            byte[] status = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "status"));
            for (String line : new String(status, ISO_8859_1).lines().toList()) {
                if (line.startsWith(IGNORED)) {
                    ignored = Long.parseUnsignedLong(line.substring(IGNORED.length()), HEXADECIMAL);
                } else if (line.startsWith(BLOCKED)) {
                    blocked = Long.parseUnsignedLong(line.substring(BLOCKED.length()), HEXADECIMAL);
                }
            }
        } catch (IOException hidden) {
            // they stay as they are
        }
        return new InheritedSignals(signals(ignored), blocked != 0);
    }

    /**
     * Returns what is to be restored in a guest of a keeper that {@linkplain #ignore ignores} more.
     */
    InheritedSignals with(Set<Integer> more) {
        Set<Integer> all = new TreeSet<>(ignored);
        all.addAll(more);
        return new InheritedSignals(List.copyOf(all), areBlocked);
    }

    /** Makes a process ignore signals. */
    static boolean ignore(NativeThread thread, Set<Integer> signals) {
        try (ThreadScratch scratch = thread.scratch()) {
            CallList calls = new CallList();
            addIgnoring(calls, thread, scratch, signals);
            return calls.run(thread);
        }
    }

    /** Adds the calls by which a process ignores signals. */
    static void addIgnoring(
            CallList calls, NativeThread thread, ThreadScratch scratch, Set<Integer> signals) {
        MemorySegment action = MemorySegment.ofArray(new long[(int) Sigaction.SIZEOF / 8]);
        action.set(JAVA_LONG, Sigaction.SA_SIGACTION, SIG_IGN);
        long at = scratch.put(action).value();
        for (int signal : signals) {
            calls.add(thread.address(Libc.SIGACTION), signal, at, 0);
        }
    }

    private static List<Integer> signals(long mask) {
        List<Integer> signals = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            if ((mask >>> bit & 1) != 0) {
                signals.add(bit + 1);
            }
        }
        return signals;
    }

    /** Adds the calls that give the ignored signals the actions that they have by default. */
    void addRestoring(CallList calls, NativeThread thread, ThreadScratch scratch) {
        byte[] standard = new byte[(int) Sigaction.SIZEOF];
        long action = scratch.put(MemorySegment.ofArray(standard)).value();
        for (int signal : ignored) {
            calls.add(thread.address(Libc.SIGACTION), signal, action, 0);
        }
    }

    /** Lets all signals come to the calling thread of a process. */
    static boolean unblock(NativeThread thread, Processor processor) {
        try (ThreadScratch scratch = thread.scratch()) {
            long none = scratch.zeros(Long.BYTES).value();
            int number =
                    switch (processor) {
                        case X86_64 -> 14;
                        case AARCH64 -> 135;
                    };
            return thread.call(Libc.SYSCALL, number, SIG_SETMASK, none, 0, Long.BYTES) == 0;
        }
    }
}
