package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.Upcall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The Java functions that guest code can call, by their numbers. Many threads may use it. */
public final class ExportedFunctions {
    private final List<ExportedFunction> functions = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> told = line -> System.err.println("orcinus: " + line);

    /** A table without functions. */
    public ExportedFunctions() {}

    /**
     * Adds functions.
     *
     * @return the number of the first; the others follow
     */
    public synchronized int add(List<ExportedFunction> added) {
        int first = functions.size();
        functions.addAll(added);
        return first;
    }

    /** Sets who is told of calls that fail, and whose callers do not see that. */
    public void tell(Consumer<String> observer) {
        told = observer;
    }

    /** Tells of a failure that the caller does not see. */
    void report(String failure) {
        told.accept(failure);
    }

    /** Serves a call. A number that guest code has invented is answered with zeros. */
    void serve(int index, Upcall call) {
        if (index < 0 || index >= functions.size()) {
            report("guest code calls a Java function that does not exist");
            return;
        }
        try {
            functions.get(index).serve(call);
        } catch (GuestGoneException | EscapedException ends) {
            throw ends;
        } catch (RuntimeException | Error escaped) {
            report("an error in a call from guest code is lost: " + escaped);
        }
    }
}
