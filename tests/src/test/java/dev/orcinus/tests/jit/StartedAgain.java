package dev.orcinus.tests.jit;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A JVM that becomes a program, whose process it starts again if code needs that. */
public final class StartedAgain {
    private StartedAgain() {}

    /**
     * Becomes the program.
     *
     * @param arguments a library, as {@code dlopen} takes it, and the program's object
     */
    public static void main(String[] arguments) throws IOException {
        ProgramJit jit = Jit.program(List.of("program"));
        while (true) {
            try {
                ProgramDylib program = jit.createDylib("program");
                program.addLibrary(arguments[0]);
                program.add(Path.of(arguments[1]));
                throw program.becomeProgram("main");
            } catch (LinkException e) {
                jit = jit.startAgain(e).orElseThrow(() -> e);
            }
        }
    }
}
