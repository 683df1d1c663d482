package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;

/**
 * A thread of an {@link IsolatedGuest} that has got a signal by which its process ends.
 *
 * @param signal the signal's number
 * @param code {@code si_code}: why the thread has got it; above 0 if the kernel has found a fault
 * @param faultAddress the address that it could not use, if the signal is about one
 * @param threadId the kernel's id of the thread
 * @param pc the address of the instruction that has crashed
 * @param sp its stack pointer
 * @param registers the general registers by their DWARF numbers (x86-64: 0 to 15, AArch64: 0 to
 *     31); empty if they are not known
 */
public record CrashedThread(
        int signal,
        int code,
        Optional<ExecutorAddress> faultAddress,
        long threadId,
        ExecutorAddress pc,
        ExecutorAddress sp,
        List<Long> registers) {
    /** Copies the registers. */
    public CrashedThread {
        registers = List.copyOf(registers);
    }
}
