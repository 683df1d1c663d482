package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.platform.linux.StaticRoom;

/**
 * What a guest's program has from its start.
 *
 * @param symbols symbols of libraries that lie in the program
 * @param staticRoomBytes the room for static thread-local storage of linked code, beyond what glibc
 *     gives every process
 * @param hasExecutableStack whether code on its stacks can run
 * @param alignsThreadLocals whether static thread-local storage may be aligned to a page (x86-64)
 */
public record ProgramShape(
        LowSymbols symbols,
        long staticRoomBytes,
        boolean hasExecutableStack,
        boolean alignsThreadLocals) {
    /** The shape of a program without needs. */
    public static final ProgramShape PLAIN = new ProgramShape(LowSymbols.NONE, 0, false, false);

    /** The shape of the program that sessions live in. */
    public static final ProgramShape OF_SESSIONS =
            new ProgramShape(LowSymbols.NONE, StaticRoom.BYTES, false, false);

    /** Returns whether the file of the program is that of {@link #PLAIN}. */
    public boolean hasPlainFile() {
        return symbols.isEmpty() && !hasExecutableStack && !alignsThreadLocals;
    }
}
