package dev.orcinus.formats.macho;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * A load command ({@code load_command}).
 *
 * @param index its place among the commands
 * @param type {@code cmd}
 * @param offset where it is in the file
 * @param sizeBytes {@code cmdsize}
 */
public record LoadCommand(int index, int type, long offset, long sizeBytes) {
    private static final int LEAST_BYTES = 8;

    /** Reads the commands of a header; each lies in the file. */
    static List<LoadCommand> readAll(FileBytes bytes, MachHeader header)
            throws MalformedFileException {
        List<LoadCommand> commands = new ArrayList<>();
        long at = MachHeader.BYTES;
        for (int i = 0; i != header.commandCount(); i++) {
            LoadCommand command = read(bytes, at, header.commandsEnd(), i);
            commands.add(command);
            at += command.sizeBytes;
        }
        return commands;
    }

    private static LoadCommand read(FileBytes bytes, long at, long end, int index)
            throws MalformedFileException {
        if (end - at < LEAST_BYTES) {
            throw bytes.malformed(
                    at,
                    "load command %d begins 0x%x bytes before the end of the commands"
                            .formatted(index, end - at));
        }
        long sizeBytes = Integer.toUnsignedLong(bytes.u32(at + 4));
        if (sizeBytes < LEAST_BYTES || sizeBytes % Integer.BYTES != 0 || sizeBytes > end - at) {
            throw bytes.malformed(
                    at + 4,
                    "load command %d: cmdsize is 0x%x; 0x%x bytes are left"
                            .formatted(index, sizeBytes, end - at));
        }
        return new LoadCommand(index, bytes.u32(at), at, sizeBytes);
    }

    /** Requires that the command is at least as long as its structure. */
    void require(FileBytes bytes, long structureBytes) throws MalformedFileException {
        if (sizeBytes < structureBytes) {
            throw malformed(
                    bytes,
                    4,
                    "cmdsize is 0x%x, too small for 0x%x bytes"
                            .formatted(sizeBytes, structureBytes));
        }
    }

    /** Returns an error about a field of this command. */
    MalformedFileException malformed(FileBytes bytes, int field, String problem) {
        return bytes.malformed(
                offset + field, "load command %d (%s): %s".formatted(index, name(), problem));
    }

    /** Returns the name of its type. */
    public String name() {
        return switch (type) {
            case MachO.LC_SYMTAB -> "LC_SYMTAB";
            case MachO.LC_DYSYMTAB -> "LC_DYSYMTAB";
            case MachO.LC_SEGMENT_64 -> "LC_SEGMENT_64";
            case MachO.LC_VERSION_MIN_MACOSX -> "LC_VERSION_MIN_MACOSX";
            case MachO.LC_VERSION_MIN_IPHONEOS -> "LC_VERSION_MIN_IPHONEOS";
            case MachO.LC_VERSION_MIN_TVOS -> "LC_VERSION_MIN_TVOS";
            case MachO.LC_VERSION_MIN_WATCHOS -> "LC_VERSION_MIN_WATCHOS";
            case MachO.LC_DATA_IN_CODE -> "LC_DATA_IN_CODE";
            case MachO.LC_LINKER_OPTION -> "LC_LINKER_OPTION";
            case MachO.LC_BUILD_VERSION -> "LC_BUILD_VERSION";
            default -> "0x" + Integer.toHexString(type);
        };
    }
}
