package dev.orcinus.tests.gdb;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.Jit;
import java.nio.file.Path;

/**
 * A program whose native code calls Java, which calls native code: in this process, or, if its
 * first argument says so, in one of its own. Its other arguments are the object with {@code outer},
 * and the one with {@code middle} and {@code inner}.
 */
final class BothSides {
    private BothSides() {}

    /** The function that calls Java. */
    interface Outer {
        int outer(int depth, Visitor visitor);
    }

    /** A callback. */
    interface Visitor {
        int visit(int number);
    }

    /** The function that Java calls meanwhile. */
    interface Middle {
        int middle(int number);
    }

    public static void main(String[] arguments) throws Exception {
        boolean isIsolated = arguments[0].equals("isolated");
        try (CallableJit jit = isIsolated ? Jit.isolated() : Jit.inProcess()) {
            CallableDylib dylib = jit.createDylib("both");
            dylib.add(Path.of(arguments[1]));
            dylib.add(Path.of(arguments[2]));
            Middle middle = dylib.bind(Middle.class);
            System.out.println(dylib.bind(Outer.class).outer(20, middle::middle));
        }
    }
}
