package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A universal file ({@code fat_header}, {@code fat_arch}, {@code fat_arch_64}; big-endian): one
 * file for each of several processors.
 *
 * @param bytes all of it
 * @param slices the files in it
 */
public record UniversalFile(FileBytes bytes, List<Slice> slices) {
    private static final int FAT_MAGIC_64 = 0xcafebabf;
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 20;
    private static final int ENTRY64_BYTES = 32;

    /** The bits of {@code cpusubtype} that are no capabilities. */
    private static final int SUBTYPE = 0x00ff_ffff;

    private static final int X86_64_ALL = 3;
    private static final int ARM64_ALL = 0;

    /**
     * The file for one processor.
     *
     * @param cpuType {@code fat_arch.cputype}
     * @param cpuSubtype {@code fat_arch.cpusubtype}
     * @param offset {@code fat_arch.offset}
     * @param sizeBytes {@code fat_arch.size}
     */
    public record Slice(int cpuType, int cpuSubtype, long offset, long sizeBytes) {
        /** Returns the name of the processor, as the first part of a target triple names it. */
        public String processor() {
            return MachO.processor(cpuType);
        }

        /** Returns whether it runs on all models of the processor. */
        boolean isForAll() {
            int model = cpuSubtype & SUBTYPE;
            return model == (cpuType == MachO.CPU_TYPE_X86_64 ? X86_64_ALL : ARM64_ALL);
        }
    }

    /** Reads the table at the start of a file; each slice lies in the file. */
    public static UniversalFile read(FileBytes bytes) throws MalformedFileException {
        bytes.require(0, HEADER_BYTES, "the header of a universal file");
        boolean is64 = bigEndian32(bytes, 0) == FAT_MAGIC_64;
        long count = Integer.toUnsignedLong(bigEndian32(bytes, 4));
        int entryBytes = is64 ? ENTRY64_BYTES : ENTRY_BYTES;
        bytes.require(HEADER_BYTES, count * entryBytes, "the table of slices (nfat_arch)");
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slices.add(slice(bytes, HEADER_BYTES + (long) i * entryBytes, is64, i));
        }
        return new UniversalFile(bytes, List.copyOf(slices));
    }

    private static Slice slice(FileBytes bytes, long at, boolean is64, int index)
            throws MalformedFileException {
        Slice slice =
                new Slice(
                        bigEndian32(bytes, at),
                        bigEndian32(bytes, at + 4),
                        is64
                                ? Long.reverseBytes(bytes.u64(at + 8))
                                : Integer.toUnsignedLong(bigEndian32(bytes, at + 8)),
                        is64
                                ? Long.reverseBytes(bytes.u64(at + 16))
                                : Integer.toUnsignedLong(bigEndian32(bytes, at + 12)));
        bytes.require(
                slice.offset, slice.sizeBytes, "slice %d (%s)".formatted(index, slice.processor()));
        return slice;
    }

    private static int bigEndian32(FileBytes bytes, long at) {
        return Integer.reverseBytes(bytes.u32(at));
    }

    /**
     * Returns the slice for a processor. One that runs on all models of it comes before those for
     * some of them, as {@code arm64e} and {@code x86_64h} are.
     *
     * @param processor as the first part of a target triple names it
     */
    public Optional<Slice> slice(String processor) {
        Slice found = null;
        for (Slice slice : slices) {
            if (slice.processor().equals(processor)
                    && (found == null || (slice.isForAll() && !found.isForAll()))) {
                found = slice;
            }
        }
        return Optional.ofNullable(found);
    }

    /** Returns the content of a slice. */
    public MemorySegment content(Slice slice) {
        return bytes.bytes().asSlice(slice.offset, slice.sizeBytes);
    }

    /** Returns the processors of all slices, for messages. */
    public String processors() {
        return slices.stream().map(Slice::processor).collect(Collectors.joining(", "));
    }
}
