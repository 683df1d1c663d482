package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;

/**
 * A file that is mapped into a guest, or a part of it.
 *
 * @param path its path, as the system knows it; {@code [vdso]} for the library that the kernel maps
 * @param range where it is mapped
 * @param offset the place in the file of the first byte of the range
 */
public record MappedFile(String path, AddressRange range, long offset) {}
