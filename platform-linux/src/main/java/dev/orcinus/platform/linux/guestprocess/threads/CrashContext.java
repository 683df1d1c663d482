package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.spi.guest.CrashedThread;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what a signal handler of the guest has got: {@code siginfo_t} and {@code ucontext_t}. */
final class CrashContext {
    private static final int SIGILL = 4;
    private static final int SIGBUS = 7;
    private static final int SIGFPE = 8;
    private static final int SIGSEGV = 11;

    /** {@code SI_KERNEL}: a fault whose address the processor does not tell. */
    private static final int SI_KERNEL = 0x80;

    private static final int CONTEXT_BYTES = 448;

    /** The offsets in {@code ucontext_t} of the registers 0 to 15 of the x86-64 psABI's table. */
    private static final int[] X64_REGISTERS = {
        144, 136, 152, 128, 112, 104, 120, 160, 40, 48, 56, 64, 72, 80, 88, 96
    };

    private static final int X64_SP = 160;
    private static final int X64_PC = 168;
    private static final int AARCH64_X0 = 184;
    private static final int AARCH64_SP = 432;
    private static final int AARCH64_PC = 440;

    private CrashContext() {}

    /** Returns the address that a fault is about, if the signal is one. */
    static Optional<ExecutorAddress> faultAddress(Slot slot) {
        int signal = slot.signal();
        boolean isFault =
                signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
        return isFault && slot.code() > 0 && slot.code() != SI_KERNEL
                ? Optional.of(new ExecutorAddress(slot.faultAddress()))
                : Optional.empty();
    }

    /** Returns the thread that has crashed in a slot. */
    static CrashedThread read(Processor processor, GuestCopy memory, Slot slot) {
        MemorySegment context = MemorySegment.ofArray(new long[CONTEXT_BYTES / Long.BYTES]);
        boolean isKnown = memory.read(slot.context(), context);
        boolean isX64 = processor == Processor.X86_64;
        return new CrashedThread(
                slot.signal(),
                slot.code(),
                faultAddress(slot),
                slot.kernelId(),
                new ExecutorAddress(context.get(JAVA_LONG, isX64 ? X64_PC : AARCH64_PC)),
                new ExecutorAddress(context.get(JAVA_LONG, isX64 ? X64_SP : AARCH64_SP)),
                isKnown ? registers(context, isX64) : List.of());
    }

    private static List<Long> registers(MemorySegment context, boolean isX64) {
        List<Long> values = new ArrayList<>();
        if (isX64) {
            for (int offset : X64_REGISTERS) {
                values.add(context.get(JAVA_LONG, offset));
            }
        } else {
            for (int offset = AARCH64_X0; offset <= AARCH64_SP; offset += Long.BYTES) {
                values.add(context.get(JAVA_LONG, offset));
            }
        }
        return values;
    }
}
