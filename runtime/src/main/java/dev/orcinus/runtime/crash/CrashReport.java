package dev.orcinus.runtime.crash;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;

/**
 * A crash, and where it has happened.
 *
 * @param signal the signal's number
 * @param signalName its name, as in {@code SIGSEGV}
 * @param reason why the thread has got it, as in {@code address not mapped}; empty if the name says
 *     all
 * @param address the address that it could not use, if the signal is about one
 * @param threadId the kernel's id of the thread
 * @param frames the calls that had not returned, the innermost first, of which at most {@link
 *     #MOST_FRAMES} are kept
 * @param depth how many calls there were, as far as they have been counted
 * @param isDepthExact whether there were no others
 */
public record CrashReport(
        int signal,
        String signalName,
        String reason,
        Optional<ExecutorAddress> address,
        long threadId,
        List<CrashFrame> frames,
        long depth,
        boolean isDepthExact) {
    /** The most frames that a report has. */
    public static final int MOST_FRAMES = 20;

    /** Copies the frames. */
    public CrashReport {
        frames = List.copyOf(frames);
    }

    /**
     * Returns what has happened and where, as in {@code SIGSEGV (address not mapped) at address 0x0
     * in f+0x12 (file.c:3)}. If it was in a library, the innermost linked function is named, too.
     */
    public String summary() {
        StringBuilder text = new StringBuilder(signalName);
        if (!reason.isEmpty()) {
            text.append(" (").append(reason).append(')');
        }
        address.ifPresent(at -> text.append(" at address 0x").append(Long.toHexString(at.value())));
        if (!frames.isEmpty()) {
            text.append(" in ").append(frames.getFirst().text());
            linkedCaller().ifPresent(f -> text.append(", called by ").append(f.text()));
        }
        return text.toString();
    }

    /** Returns the innermost linked function, if the crash was not in one. */
    private Optional<CrashFrame> linkedCaller() {
        return frames.getFirst().isLinked()
                ? Optional.empty()
                : frames.stream().filter(CrashFrame::isLinked).findFirst();
    }

    /**
     * Returns the report as lines, each with its end: a summary, and the callers.
     *
     * @param who what has crashed, as in {@code the program}
     */
    public String text(String who) {
        StringBuilder text = new StringBuilder("orcinus: ");
        text.append(who).append(" crashed: ").append(summary()).append('\n');
        long number = 0;
        for (CrashFrame frame : frames) {
            if (number > 0) {
                append(text, number, frame);
            }
            number += frame.times();
        }
        if (depth > number || !isDepthExact) {
            text.append("    ... and ").append(more(depth - number)).append("\n");
        }
        return text.toString();
    }

    private String more(long others) {
        String count = others == 0 ? "" : others + " ";
        return (isDepthExact || others == 0 ? "" : "at least ") + count + "more";
    }

    private static void append(StringBuilder text, long number, CrashFrame frame) {
        text.append("    #").append(number).append(' ').append(frame.address());
        if (frame.function().isPresent() || frame.place().isPresent()) {
            text.append(' ').append(frame.text());
        }
        text.append(frame.times() > 1 ? ", " + frame.times() + " times\n" : "\n");
    }
}
