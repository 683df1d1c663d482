package dev.orcinus.loader.link;

/**
 * The options of a session.
 *
 * @param slabBytes the size of the address space that it reserves for most objects, in bytes
 * @param stripsUnrequested whether an object is linked without those exported symbols that are not
 *     needed at that time
 */
public record LinkOptions(long slabBytes, boolean stripsUnrequested) {
    /**
     * Reserves 1 GiB of address space, of which only used pages take memory, and keeps exported
     * symbols.
     */
    public static final LinkOptions DEFAULT = new LinkOptions(1L << 30, false);
}
