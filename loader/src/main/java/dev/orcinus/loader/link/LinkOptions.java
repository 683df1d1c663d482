package dev.orcinus.loader.link;

/**
 * How a session links.
 *
 * @param slabBytes how much address space it reserves
 * @param stripsUnrequested whether exported symbols are dropped that nobody has asked for when
 *     their object is linked
 */
public record LinkOptions(long slabBytes, boolean stripsUnrequested) {
    /** 1 GiB of address space, of which only what is used takes memory; keeps what is exported. */
    public static final LinkOptions DEFAULT = new LinkOptions(1L << 30, false);
}
