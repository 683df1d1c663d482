package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.platform.linux.StaticRoom;
import java.util.List;

/**
 * What a guest's program has from its start.
 *
 * @param libraries the paths of libraries that it needs, in the order in which their symbols count
 * @param symbols symbols of libraries that lie in the program
 * @param staticRoomBytes the room for static thread-local storage of linked code, beyond what glibc
 *     gives every process
 * @param hasExecutableStack whether code on its stacks can run
 * @param alignsThreadLocals whether static thread-local storage may be aligned to a page (x86-64)
 */
public record ProgramShape(
        List<String> libraries,
        LowSymbols symbols,
        long staticRoomBytes,
        boolean hasExecutableStack,
        boolean alignsThreadLocals) {
    /** The shape of a program without needs. */
    public static final ProgramShape PLAIN =
            new ProgramShape(List.of(), LowSymbols.NONE, 0, false, false);

    /** The shape of the program that sessions live in. */
    public static final ProgramShape OF_SESSIONS =
            new ProgramShape(List.of(), LowSymbols.NONE, StaticRoom.BYTES, false, false);

    /** Copies the list. */
    public ProgramShape {
        libraries = List.copyOf(libraries);
    }

    /**
     * Returns whether it serves calls before its libraries are initialized, too, so that their
     * initializers can be made to wait.
     */
    public boolean servesBeforeInitializers() {
        return !libraries.isEmpty()
                || symbols.libraries().stream().anyMatch(one -> one.contains("/"));
    }

    /** Returns whether the file of the program is that of {@link #PLAIN}. */
    public boolean hasPlainFile() {
        return libraries.isEmpty()
                && symbols.isEmpty()
                && !hasExecutableStack
                && !alignsThreadLocals;
    }
}
