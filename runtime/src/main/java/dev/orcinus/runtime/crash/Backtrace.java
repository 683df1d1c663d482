package dev.orcinus.runtime.crash;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.FrameDescription;
import dev.orcinus.formats.dwarf.FrameRegisters;
import dev.orcinus.formats.dwarf.FrameRules;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The calls on the stack of a stopped thread: each frame leads to its caller by its call frame
 * information or, where it has none, by the frame pointer. It ends at the guest's own program, at a
 * function that says that it has no caller, or where nothing leads on. Used once, by one thread.
 */
final class Backtrace {
    private static final long MOST_CALLS = 2_000_000;

    /** How many calls are walked between two looks at the clock. */
    private static final int CHECKED_CALLS = 64;

    private final IsolatedGuest guest;
    private final GuestPages memory;
    private final Libraries libraries;
    private final LinkedCode linked;
    private final StackTime time;
    private final boolean endsAtLinked;
    private final Map<Long, Optional<Step>> steps = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private long depth;
    private boolean isFull;
    private boolean isComplete;

    /**
     * A frame.
     *
     * @param address its instruction or, in callers, the one behind the call
     * @param inside an address inside of the instruction that is being executed
     * @param times how many such frames follow one another
     */
    record Call(long address, long inside, long times) {}

    /** How a function's frames lead to their callers. */
    private record Step(FrameRules rules, boolean isSignalFrame) {}

    /**
     * The calls on a stack that has not been looked at.
     *
     * @param endsAtLinked whether the innermost frame of linked code is the last one that counts
     */
    Backtrace(
            IsolatedGuest guest,
            GuestPages memory,
            Libraries libraries,
            LinkedCode linked,
            StackTime time,
            boolean endsAtLinked) {
        this.endsAtLinked = endsAtLinked;
        this.guest = guest;
        this.memory = memory;
        this.libraries = libraries;
        this.linked = linked;
        this.time = time;
    }

    /** Returns the frames that have been kept, the innermost first. */
    List<Call> calls() {
        return calls;
    }

    /** Returns how many frames there were. */
    long depth() {
        return depth;
    }

    /** Returns whether the walk has come to an end. */
    boolean isComplete() {
        return isComplete;
    }

    /** Walks up from the registers of a thread. */
    void walk(FrameRegisters innermost) {
        Optional<FrameRegisters> next = Optional.of(innermost);
        boolean isInterrupted = true;
        while (next.isPresent() && !isOverdue()) {
            FrameRegisters frame = next.get();
            long inside = isInterrupted ? frame.pc() : frame.pc() - 1;
            Optional<Step> step = step(inside);
            if (depth > 0 && (isOwn(frame.pc()) || !isCode(step, inside))) {
                break;
            }
            add(frame.pc(), inside);
            if (endsAtLinked && (isFull || linked.holds(inside))) {
                return;
            }
            isInterrupted = step.isPresent() && step.get().isSignalFrame;
            next = caller(frame, step);
        }
        isComplete = next.isEmpty() || !isOverdue();
    }

    private boolean isOverdue() {
        return depth >= MOST_CALLS || (depth % CHECKED_CALLS == 0 && depth > 0 && time.isOver());
    }

    private boolean isOwn(long pc) {
        return guest.ownCode().contains(new ExecutorAddress(pc));
    }

    private boolean isCode(Optional<Step> step, long inside) {
        return step.isPresent() || isExecutable(inside);
    }

    private boolean isExecutable(long address) {
        return guest.memory().isExecutable(new ExecutorAddress(address));
    }

    /**
     * Keeps a frame, as long as there is room; frames that repeat themselves take the room of one.
     */
    private void add(long pc, long inside) {
        depth++;
        int last = calls.size() - 1;
        if (!isFull && last > 0 && calls.get(last).address == pc) {
            calls.set(last, new Call(pc, inside, calls.get(last).times + 1));
            time.count();
        } else if (calls.size() < CrashReport.MOST_FRAMES) {
            calls.add(new Call(pc, inside, 1));
            time.tell();
        } else {
            isFull = true;
            time.count();
        }
    }

    private Optional<Step> step(long inside) {
        Optional<Step> known = steps.get(inside);
        if (known == null) {
            known = find(inside);
            steps.put(inside, known);
        }
        return known;
    }

    private Optional<Step> find(long inside) {
        try {
            Optional<Library> library = libraries.at(new ExecutorAddress(inside));
            Optional<FrameDescription> description =
                    library.isPresent()
                            ? library.get().description(inside)
                            : linked.description(inside);
            return description.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Step(
                                    description.get().rulesAt(inside),
                                    description.get().isSignalFrame()));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    private Optional<FrameRegisters> caller(FrameRegisters frame, Optional<Step> step) {
        try {
            Optional<FrameRegisters> caller;
            if (step.isPresent()) {
                caller = step.get().rules.caller(frame, memory);
            } else if (depth == 1 && !isExecutable(frame.pc())) {
                caller = callerOfNowhere(frame);
            } else {
                caller = byFramePointer(frame);
            }
            boolean isSignalFrame = step.isPresent() && step.get().isSignalFrame;
            return caller.filter(next -> isAbove(frame, next, isSignalFrame));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /** A signal handler may have a stack of its own, and a leaf function may use none. */
    private boolean isAbove(FrameRegisters frame, FrameRegisters caller, boolean isSignalFrame) {
        long distance = Long.compareUnsigned(stackPointer(caller), stackPointer(frame));
        return caller.pc() != 0
                && (isSignalFrame
                        || distance > 0
                        || (distance == 0 && depth == 1 && caller.pc() != frame.pc()));
    }

    private static long stackPointer(FrameRegisters frame) {
        return frame.value(frame.processor().stackPointer()).orElse(0);
    }

    /** Returns the caller of something that is no code: the call is all that has happened. */
    private Optional<FrameRegisters> callerOfNowhere(FrameRegisters frame) {
        FrameRegisters.Processor processor = frame.processor();
        FrameRegisters caller = frame.copy();
        if (processor == FrameRegisters.Processor.X86_64) {
            long sp = stackPointer(frame);
            OptionalLong pc = memory.unsigned(sp, Long.BYTES);
            caller.set(processor.stackPointer(), sp + Long.BYTES);
            return at(caller, pc);
        }
        return at(caller, frame.value(processor.returnAddress()));
    }

    /** Returns the caller that has pushed its frame pointer and the return address. */
    private Optional<FrameRegisters> byFramePointer(FrameRegisters frame) {
        FrameRegisters.Processor processor = frame.processor();
        OptionalLong base = frame.value(processor.framePointer());
        if (base.isEmpty() || base.getAsLong() % Long.BYTES != 0) {
            return Optional.empty();
        }
        long at = base.getAsLong();
        OptionalLong saved = memory.unsigned(at, Long.BYTES);
        if (saved.isEmpty()) {
            return Optional.empty();
        }
        FrameRegisters caller = frame.copy();
        caller.set(processor.framePointer(), saved.getAsLong());
        caller.set(processor.stackPointer(), at + 2 * Long.BYTES);
        return at(caller, memory.unsigned(at + Long.BYTES, Long.BYTES));
    }

    private static Optional<FrameRegisters> at(FrameRegisters frame, OptionalLong pc) {
        if (pc.isEmpty()) {
            return Optional.empty();
        }
        frame.setPc(frame.processor().codeAddress(pc.getAsLong()));
        return Optional.of(frame);
    }
}
