package dev.orcinus.runtime.crash;

import dev.orcinus.formats.dwarf.FrameRegisters;
import dev.orcinus.formats.dwarf.SourceLine;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.MappedFile;
import dev.orcinus.runtime.flight.FlightNotes;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the report of a crash, while the crashed thread is stopped. What cannot be found out is
 * missing from the report: it never fails, and ends in time whatever the guest has destroyed.
 */
public final class CrashReporter {
    /**
     * The time for the calls on the stack and their names. A report takes some hundredth of it, but
     * more where this process has just begun and others need the processors.
     */
    private static final Duration WHOLE_TIME = Duration.ofSeconds(3);

    /** How far from the stack pointer an overflow of the stack is noticed. */
    private static final long STACK_NEIGHBOURHOOD_BYTES = 64 << 10;

    private static final int SIGSEGV = 11;

    private final IsolatedGuest guest;
    private final GuestRuntime runtime;
    private final CrashedThread thread;
    private final GuestPages memory;

    private final boolean isBrief;

    private CrashReporter(
            IsolatedGuest guest, GuestRuntime runtime, CrashedThread thread, boolean isBrief) {
        this.isBrief = isBrief;
        this.guest = guest;
        this.runtime = runtime;
        this.thread = thread;
        this.memory = new GuestPages(guest.memory());
    }

    /**
     * Returns the report of a crash.
     *
     * @param guest the guest, whose thread is stopped
     * @param runtime the session that uses the guest, which knows the linked code
     */
    public static CrashReport report(
            IsolatedGuest guest, GuestRuntime runtime, CrashedThread thread) {
        return new CrashReporter(guest, runtime, thread, false).report();
    }

    /**
     * Returns a report of what {@link CrashReport#summary} tells: its frames are the innermost one,
     * and the innermost one of linked code. It takes as long as the way to that.
     *
     * @param guest the guest, whose thread is stopped
     * @param runtime the session that uses the guest, which knows the linked code
     */
    public static CrashReport brief(
            IsolatedGuest guest, GuestRuntime runtime, CrashedThread thread) {
        return new CrashReporter(guest, runtime, thread, true).report();
    }

    private CrashReport report() {
        try (Arena arena = Arena.ofConfined()) {
            return report(arena);
        } catch (RuntimeException | InternalError e) {
            // the guest is gone, or a file has changed while it was read
            return report(List.of(CrashFrame.unknown(thread.pc())), 1, false);
        }
    }

    private CrashReport report(Arena arena) {
        StackTime ofStack = new StackTime(System::nanoTime);
        LinkedCode linked = new LinkedCode(runtime, memory, new Deadline(WHOLE_TIME));
        List<MappedFile> files = guest.mappedFiles();
        Libraries libraries = new Libraries(memory, files, arena);
        Backtrace backtrace = new Backtrace(guest, memory, libraries, linked, ofStack, isBrief);
        backtrace.walk(FrameRegisters.of(processor(), thread.pc().value(), thread.registers()));
        List<CrashFrame> frames = new ArrayList<>();
        for (Backtrace.Call call : isBrief ? ends(backtrace.calls()) : backtrace.calls()) {
            frames.add(frame(call, libraries, linked));
        }
        return report(frames, backtrace.depth(), backtrace.isComplete());
    }

    /**
     * Names the functions of calls that have not returned, whatever thread they are on.
     *
     * @param memory of the guest
     * @param runtime the session that uses the guest, which knows the linked code
     * @param files the files that are mapped, in the order of addresses
     * @param callers the addresses behind the calls
     */
    public static List<CrashFrame> describe(
            GuestMemory memory,
            GuestRuntime runtime,
            List<MappedFile> files,
            List<ExecutorAddress> callers) {
        GuestPages pages = new GuestPages(memory);
        LinkedCode linked = new LinkedCode(runtime, pages, new Deadline(WHOLE_TIME));
        try (Arena arena = Arena.ofConfined()) {
            Libraries libraries = new Libraries(pages, files, arena);
            return callers.stream()
                    .map(
                            caller -> {
                                long address = caller.value();
                                Backtrace.Call call = new Backtrace.Call(address, address - 1, 1);
                                return frame(call, libraries, linked);
                            })
                    .toList();
        }
    }

    private static List<Backtrace.Call> ends(List<Backtrace.Call> calls) {
        return calls.size() > 2 ? List.of(calls.getFirst(), calls.getLast()) : calls;
    }

    private FrameRegisters.Processor processor() {
        return guest.triple().arch().equals("x86_64")
                ? FrameRegisters.Processor.X86_64
                : FrameRegisters.Processor.AARCH64;
    }

    private static CrashFrame frame(Backtrace.Call call, Libraries libraries, LinkedCode linked) {
        ExecutorAddress address = new ExecutorAddress(call.address());
        Optional<Library> library = libraries.at(new ExecutorAddress(call.inside()));
        CrashFrame frame;
        Optional<SourceLine> line;
        if (library.isPresent()) {
            frame = library.get().frame(address, call.inside());
            line = library.get().line(call.inside());
        } else {
            frame =
                    linked.frame(address, call.inside())
                            .orElseGet(() -> CrashFrame.unknown(address));
            line = linked.line(call.inside());
        }
        CrashFrame counted = frame.repeated(call.times());
        return line.map(counted::with).orElse(counted);
    }

    private CrashReport report(List<CrashFrame> frames, long depth, boolean isDepthExact) {
        CrashReport report =
                new CrashReport(
                        thread.signal(),
                        SignalText.name(thread.signal()),
                        isStackOverflow()
                                ? "stack overflow"
                                : SignalText.reason(thread.signal(), thread.code()),
                        thread.faultAddress(),
                        thread.threadId(),
                        frames,
                        depth,
                        isDepthExact);
        if (FlightNotes.areOn()) {
            FlightNotes.tell(FlightNotes.Kind.CRASH, report.summary());
        }
        return report;
    }

    /** Returns whether the thread has used an address below its stack. */
    private boolean isStackOverflow() {
        Optional<ExecutorAddress> address = thread.faultAddress();
        if (thread.signal() != SIGSEGV || address.isEmpty()) {
            return false;
        }
        long distance = thread.sp().value() - address.get().value();
        return Math.abs(distance) < STACK_NEIGHBOURHOOD_BYTES;
    }
}
