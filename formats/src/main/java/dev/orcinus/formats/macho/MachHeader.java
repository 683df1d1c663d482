package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;

/**
 * The header of a file ({@code mach_header_64}).
 *
 * @param cpuType {@code mach_header_64.cputype}
 * @param cpuSubtype {@code mach_header_64.cpusubtype}
 * @param fileType {@code mach_header_64.filetype}
 * @param commandCount {@code mach_header_64.ncmds}
 * @param commandsBytes {@code mach_header_64.sizeofcmds}
 * @param flags {@code mach_header_64.flags}
 */
public record MachHeader(
        int cpuType, int cpuSubtype, int fileType, int commandCount, int commandsBytes, int flags) {
    /** {@code sizeof(mach_header_64)}. */
    public static final int BYTES = 32;

    /** Reads the header; the load commands lie in the file. */
    public static MachHeader read(FileBytes bytes) throws MalformedFileException {
        bytes.require(0, BYTES, "the header");
        if (bytes.u32(0) != MachO.MH_MAGIC_64) {
            throw bytes.malformed(
                    0, "magic is 0x%x, not 0x%x".formatted(bytes.u32(0), MachO.MH_MAGIC_64));
        }
        MachHeader header =
                new MachHeader(
                        bytes.u32(4),
                        bytes.u32(8),
                        bytes.u32(12),
                        bytes.u32(16),
                        bytes.u32(20),
                        bytes.u32(24));
        bytes.require(BYTES, Integer.toUnsignedLong(header.commandsBytes), "sizeofcmds");
        return header;
    }

    /** Returns whether the header has a flag. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Returns the name of the processor, as the first part of a target triple names it. */
    public String processor() {
        return MachO.processor(cpuType);
    }

    /** Returns where the load commands end. */
    long commandsEnd() {
        return BYTES + Integer.toUnsignedLong(commandsBytes);
    }
}
