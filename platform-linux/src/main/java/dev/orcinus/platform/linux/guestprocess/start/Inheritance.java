package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * What a process that this one starts has from it.
 *
 * @param environment the variables, as {@link Environment} returns them
 * @param closed the descriptors that it does not inherit
 */
record Inheritance(List<String> environment, List<Integer> closed) {
    /** Returns what a program of a shape inherits. */
    static Inheritance of(ProgramShape shape) throws HostCallException {
        return new Inheritance(
                Environment.of("self", shape.staticRoomBytes()), JavaFiles.descriptors());
    }
}
