package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The hash value of names in {@code DT_HASH} and in tables of versions (gABI, "Hash Table"). */
final class SymbolHash {
    private SymbolHash() {}

    static int of(String name) {
        int hash = 0;
        for (byte b : name.getBytes(UTF_8)) {
            hash = (hash << 4) + (b & 0xff);
            int high = hash & 0xf0000000;
            hash = (hash ^ high >>> 24) & ~high;
        }
        return hash;
    }
}
