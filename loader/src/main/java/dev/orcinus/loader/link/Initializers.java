package dev.orcinus.loader.link;

import dev.orcinus.loader.graph.Initializer;
import dev.orcinus.loader.graph.Initializer.When;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The order in which recorded functions are called. */
final class Initializers {
    private static final Comparator<Unit.RecordedInitializer> ORDER =
            Comparator.comparing(Unit.RecordedInitializer::initializer, Initializer.ORDER);

    private Initializers() {}

    /** What is called on opening, in that order. */
    static List<ExecutorAddress> onOpen(List<Unit.RecordedInitializer> recorded) {
        return functions(recorded.stream().filter(r -> !isFinalizer(r)).toList());
    }

    /** What is called on closing, in that order: the reverse of what opening would be. */
    static List<ExecutorAddress> onClose(List<Unit.RecordedInitializer> recorded) {
        return functions(recorded.stream().filter(Initializers::isFinalizer).toList()).reversed();
    }

    private static boolean isFinalizer(Unit.RecordedInitializer recorded) {
        return recorded.initializer().when() == When.FINI;
    }

    private static List<ExecutorAddress> functions(List<Unit.RecordedInitializer> recorded) {
        List<ExecutorAddress> functions = new ArrayList<>();
        for (Unit.RecordedInitializer r : recorded.stream().sorted(ORDER).toList()) {
            functions.addAll(r.initializer().reversed() ? r.functions().reversed() : r.functions());
        }
        return functions;
    }
}
