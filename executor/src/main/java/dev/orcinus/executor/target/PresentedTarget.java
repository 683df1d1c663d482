package dev.orcinus.executor.target;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.Guest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The target of code that an executor asks controllers for. It decides on the object format that
 * they link, and on the names by which they look for symbols. Controllers take the triple from the
 * Setup message, so an executor on Linux may ask for Apple's code.
 *
 * @param triple the triple of the Setup message
 * @param prefix what linkers for this target put before the names of C
 * @param values the values of the Setup message, as SPS bytes
 * @param isForeign whether the guest's own system is another one, with other names for some
 *     functions of C
 */
public record PresentedTarget(
        Triple triple, String prefix, Map<String, byte[]> values, boolean isForeign) {
    /** Returns the guest's own target. */
    public static PresentedTarget of(Guest guest) {
        Triple own = guest.triple();
        return own.isApple()
                ? AppleTarget.of(own, false)
                : new PresentedTarget(own, "", Map.of(), false);
    }

    /**
     * Returns the target of a triple that a user names.
     *
     * @throws IllegalArgumentException if the guest cannot run code of this target
     */
    public static PresentedTarget of(Guest guest, Triple triple) {
        requireProcessor(guest.triple().arch(), triple);
        if (triple.isApple()) {
            return AppleTarget.of(triple, !guest.triple().isApple());
        }
        if (!triple.text().contains("-linux")) {
            throw new IllegalArgumentException(
                    "the triple '"
                            + triple
                            + "' is for a system whose code does not run here; code for Linux and for Apple's"
                            + " systems does, as in "
                            + guest.triple()
                            + " and "
                            + triple.arch()
                            + "-apple-macosx13");
        }
        return new PresentedTarget(triple, "", Map.of(), false);
    }

    private static void requireProcessor(String own, Triple triple) {
        String arch = triple.arch();
        if (!own.equals(arch)) {
            throw new IllegalArgumentException(
                    "the triple '"
                            + triple
                            + "' is for "
                            + arch
                            + ", and this process runs "
                            + own);
        }
    }

    /**
     * Returns the C name of a symbol that a controller looks for; empty for a name that no C symbol
     * of this target can have.
     */
    public Optional<String> cName(String symbol) {
        if (prefix.isEmpty()) {
            return Optional.of(symbol);
        }
        if (!symbol.startsWith(prefix)) {
            return Optional.empty();
        }
        String name = symbol.substring(prefix.length());
        return Optional.of(isForeign ? AppleTarget.hostName(name) : name);
    }

    /**
     * Returns the symbols of the Setup message. LLVM 24 looks for the names of C functions as
     * linkers spell them, earlier versions for the plain names.
     */
    public Map<String, ExecutorAddress> symbols(Map<String, ExecutorAddress> plain) {
        if (prefix.isEmpty()) {
            return plain;
        }
        Map<String, ExecutorAddress> all = new LinkedHashMap<>(plain);
        plain.forEach((name, address) -> all.put(prefix + name, address));
        return all;
    }
}
