package dev.orcinus.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.MappedFile;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.runtime.crash.CrashReport;
import dev.orcinus.runtime.crash.CrashReporter;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a report is made in time whatever registers and stack of a thread hold. */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DamagedStackTest {
    private static final int ROUNDS = 1_500;
    private static final long SEED = 11;
    private static final int STACK_WORDS = 8192;
    private static final int REGISTERS = 16;

    private static IsolatedGuest guest;
    private static GuestRuntime runtime;
    private static ExecutorAddress stack;
    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
        runtime = new GuestRuntime(guest);
        guest.libraries().process(); // loads the C++ runtime
        stack = guest.process().allocate(STACK_WORDS * Long.BYTES);
    }

    @AfterAll
    static void end() {
        guest.close();
    }

    @Test
    void everyStateHasAReport() {
        List<MappedFile> files = guest.mappedFiles();
        for (int i = 0; i < ROUNDS; i++) {
            fillStack(files);
            List<Long> registers = new ArrayList<>();
            for (int r = 0; r < REGISTERS; r++) {
                registers.add(word(files));
            }
            ExecutorAddress pc = new ExecutorAddress(word(files));
            CrashReport report = report(pc, registers);
            String state = "seed " + SEED + ", round " + i;
            assertEquals("SIGSEGV", report.signalName(), state);
            assertEquals(pc, report.frames().getFirst().address(), state);
            assertTrue(report.frames().size() <= CrashReport.MOST_FRAMES, state);
            assertTrue(report.depth() >= report.frames().size(), state);
            assertTrue(report.text("it").startsWith("orcinus: it crashed: SIGSEGV"), state);
        }
    }

    private static CrashReport report(ExecutorAddress pc, List<Long> registers) {
        ExecutorAddress sp = new ExecutorAddress(registers.get(7));
        CrashedThread thread =
                new CrashedThread(11, 1, Optional.of(pc), guest.pid(), pc, sp, registers);
        return CrashReporter.report(guest, runtime, thread);
    }

    private void fillStack(List<MappedFile> files) {
        long[] words = new long[STACK_WORDS];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(files);
        }
        assertTrue(guest.memory().tryWrite(MemorySegment.ofArray(words), stack));
    }

    /** Returns a word as stacks hold them: addresses of code, of the stack, and others. */
    private long word(List<MappedFile> files) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(100);
            case 2 -> -random.nextInt(100);
            case 3, 4, 5 -> {
                MappedFile file = files.get(random.nextInt(files.size()));
                yield file.range().start().value() + random.nextLong(file.range().sizeBytes());
            }
            default -> stack.value() + (long) random.nextInt(STACK_WORDS) * Long.BYTES;
        };
    }

    @Test
    void aCircleOfFramePointersEnds() {
        long[] words = {stack.value(), 0x1234};
        assertTrue(guest.memory().tryWrite(MemorySegment.ofArray(words), stack));
        List<Long> registers = new ArrayList<>(java.util.Collections.nCopies(REGISTERS, 0L));
        registers.set(6, stack.value());
        registers.set(7, stack.value());
        CrashReport report = report(new ExecutorAddress(0x10), registers);
        assertEquals(1, report.depth());
        assertTrue(report.isDepthExact());
    }

    @Test
    void aThreadWithoutRegistersHasItsAddress() {
        CrashReport report = report(new ExecutorAddress(0x10), unknown());
        assertEquals(1, report.frames().size());
        assertEquals("SIGSEGV (stack overflow) at address 0x10 in 0x10", report.summary());
    }

    private static List<Long> unknown() {
        return java.util.Collections.nCopies(8, 0L);
    }

    @Test
    void aGuestThatIsGoneHasAReport() throws HostCallException {
        try (IsolatedGuest other = HostProvider.current().startGuest(GuestOptions.ofSession())) {
            GuestRuntime session = new GuestRuntime(other);
            other.kill(new GuestEnd.Lost("a test"));
            other.awaitEnd();
            ExecutorAddress pc = new ExecutorAddress(0x1234);
            CrashedThread thread = new CrashedThread(6, -6, Optional.empty(), 5, pc, pc, List.of());
            CrashReport report = CrashReporter.report(other, session, thread);
            assertEquals("orcinus: it crashed: SIGABRT in 0x1234\n", firstLine(report));
        }
    }

    private static String firstLine(CrashReport report) {
        String text = report.text("it");
        return text.substring(0, text.indexOf('\n') + 1);
    }
}
