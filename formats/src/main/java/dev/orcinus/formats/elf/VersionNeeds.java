package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The versions that an executable needs of its libraries ({@code .gnu.version_r}). Source: the LSB,
 * "Symbol Versioning".
 */
final class VersionNeeds {
    /** The index of symbols without a version ({@code VER_NDX_GLOBAL}). */
    private static final int NO_VERSION = 1;

    private static final int NEED_BYTES = 16;
    private static final int VERSION_BYTES = 16;
    private static final int CURRENT = 1; // VER_NEED_CURRENT

    private final StringTable strings;
    private final Map<String, Library> libraries = new LinkedHashMap<>();
    private int count;

    private record Version(String name, int text, int index) {}

    private record Library(int text, List<Version> versions) {}

    /**
     * Needs of nothing.
     *
     * @param strings the table that gets the names
     */
    VersionNeeds(StringTable strings) {
        this.strings = strings;
    }

    /** Adds the version of a symbol, and returns the index that stands for it. */
    int add(VersionedSymbol symbol) {
        if (symbol.version().isEmpty()) {
            return NO_VERSION;
        }
        Library library =
                libraries.computeIfAbsent(
                        symbol.library(),
                        name -> new Library(strings.add(name), new ArrayList<>()));
        for (Version version : library.versions) {
            if (version.name.equals(symbol.version())) {
                return version.index;
            }
        }
        count++;
        int index = NO_VERSION + count;
        library.versions.add(new Version(symbol.version(), strings.add(symbol.version()), index));
        return index;
    }

    /** Returns the number of libraries. */
    int libraryCount() {
        return libraries.size();
    }

    int sizeBytes() {
        return libraries.size() * NEED_BYTES + count * VERSION_BYTES;
    }

    byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        int left = libraries.size();
        for (Library library : libraries.values()) {
            left--;
            int size = NEED_BYTES + library.versions.size() * VERSION_BYTES;
            out.putShort((short) CURRENT).putShort((short) library.versions.size());
            out.putInt(library.text).putInt(NEED_BYTES).putInt(left == 0 ? 0 : size);
            for (Version version : library.versions) {
                boolean isLast = version == library.versions.getLast();
                out.putInt(hash(version.name)).putShort((short) 0);
                out.putShort((short) version.index).putInt(version.text);
                out.putInt(isLast ? 0 : VERSION_BYTES);
            }
        }
        return out.array();
    }

    /** Returns the hash value of a name, as the gABI defines it for hash tables. */
    private static int hash(String name) {
        int hash = 0;
        for (byte b : name.getBytes(UTF_8)) {
            hash = (hash << 4) + (b & 0xff);
            int high = hash & 0xf0000000;
            hash = (hash ^ high >>> 24) & ~high;
        }
        return hash;
    }
}
