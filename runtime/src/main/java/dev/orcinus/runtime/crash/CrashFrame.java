package dev.orcinus.runtime.crash;

import dev.orcinus.formats.dwarf.SourceLine;
import dev.orcinus.formats.mangling.CxxNames;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/**
 * A call that had not returned when a thread crashed, or several of the same that follow one
 * another.
 *
 * @param address the instruction that has crashed or, in callers, the one behind the call
 * @param function the symbol of the function, as the linker knows it, if it is known
 * @param offset the distance of the address from the start of the function; if that is not known,
 *     from the start of the library or allocation, and 0 without one
 * @param place the library, object file or allocation that the code belongs to, if it is known
 * @param isLinked whether the code has been linked into the guest, and is no library's
 * @param line the line of its source, if there is debug info
 * @param times how many calls it stands for
 */
public record CrashFrame(
        ExecutorAddress address,
        Optional<String> function,
        long offset,
        Optional<String> place,
        boolean isLinked,
        Optional<SourceLine> line,
        long times) {
    /** Returns a frame of which only the address is known. */
    static CrashFrame unknown(ExecutorAddress address) {
        return of(address, Optional.empty(), 0, Optional.empty(), false);
    }

    /** Returns a frame without a line, which stands for one call. */
    static CrashFrame of(
            ExecutorAddress address,
            Optional<String> function,
            long offset,
            Optional<String> place,
            boolean isLinked) {
        return new CrashFrame(address, function, offset, place, isLinked, Optional.empty(), 1);
    }

    CrashFrame with(SourceLine found) {
        return new CrashFrame(
                address, function, offset, place, isLinked, Optional.of(found), times);
    }

    CrashFrame repeated(long calls) {
        return new CrashFrame(address, function, offset, place, isLinked, line, calls);
    }

    /**
     * Returns its text, as in {@code f(int*)+0x12 (file.cpp:3)} or {@code strlen+0x1d (libc.so.6)}.
     */
    public String text() {
        String distance = "+0x" + Long.toHexString(offset);
        if (function.isEmpty()) {
            return place.isEmpty() ? address.toString() : place.get() + distance;
        }
        String origin =
                line.isPresent() ? line.get().file() + ":" + line.get().line() : place.orElse("");
        return CxxNames.demangle(function.get())
                + distance
                + (origin.isEmpty() ? "" : " (" + origin + ")");
    }
}
