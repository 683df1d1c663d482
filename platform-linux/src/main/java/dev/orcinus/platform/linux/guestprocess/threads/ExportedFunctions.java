package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.Upcall;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The Java functions that guest code can call, by their numbers. Many threads may use it. */
public final class ExportedFunctions {
    private final List<ExportedFunction> functions = new CopyOnWriteArrayList<>();

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

    /** Serves a call. A number that guest code has invented is answered with zeros. */
    void serve(int index, Upcall call) {
        if (index < 0 || index >= functions.size()) {
            System.err.println("orcinus: guest code calls a Java function that does not exist");
            return;
        }
        try {
            functions.get(index).serve(call);
        } catch (GuestGoneException | EscapedException ends) {
            throw ends;
        } catch (RuntimeException | Error escaped) {
            System.err.println("orcinus: an error in a call from guest code is lost: " + escaped);
        }
    }
}
