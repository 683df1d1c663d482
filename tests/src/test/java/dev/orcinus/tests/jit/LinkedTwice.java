package dev.orcinus.tests.jit;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import java.nio.file.Path;
import java.util.List;

/** A JVM that links a program, adds an object to it, and becomes it. */
public final class LinkedTwice {
    private LinkedTwice() {}

    /**
     * Becomes the program, or calls its {@code main}.
     *
     * @param arguments a library, the program's first object, one that is added later, and {@code
     *     become} or {@code call}
     */
    public static void main(String[] arguments) throws Exception {
        try (ProgramJit jit = Jit.program(List.of("program"))) {
            ProgramDylib program = jit.createDylib("program").exportSymbols();
            program.addLibrary(arguments[0]);
            program.add(Path.of(arguments[1]));
            program.link();
            program.add(Path.of(arguments[2]));
            if (arguments[3].equals("become")) {
                throw program.becomeProgram("main");
            }
            int status = program.run("main", List.of("program"));
            program.deinitialize();
            System.exit(status);
        }
    }
}
