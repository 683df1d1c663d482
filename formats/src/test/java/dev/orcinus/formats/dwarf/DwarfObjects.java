package dev.orcinus.formats.dwarf;

import dev.orcinus.formats.FileBytes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The committed objects and libraries, which {@code resources/dwarf/build.sh} makes. */
final class DwarfObjects {
    /** The objects with line tables; the names say compiler and version of DWARF. */
    static final List<String> WITH_LINES =
            List.of(
                    "gcc-3",
                    "gcc-4",
                    "gcc-5",
                    "gcc-5-compressed",
                    "clang-2",
                    "clang-4",
                    "clang-5",
                    "clang-4-aarch64",
                    "clang-5-aarch64");

    /** The libraries with call frame information. */
    static final List<String> WITH_FRAMES =
            List.of(
                    "frames-gcc-O0",
                    "frames-gcc-O2",
                    "frames-clang-O0",
                    "frames-clang-O2",
                    "frames-aarch64-O0",
                    "frames-aarch64-O2");

    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int PROGRAM_OFFSET = 32;
    private static final int PROGRAM_COUNT = 56;
    private static final int LOAD = 1;

    private DwarfObjects() {}

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = DwarfObjects.class.getResourceAsStream("/dwarf/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    static List<String> lines(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8).lines().toList();
    }

    static FileBytes file(String name, byte[] bytes) {
        return new FileBytes(name, MemorySegment.ofArray(bytes));
    }

    /** Returns the memory of a process that has a library at an address, and nothing else. */
    static ReadableMemory image(byte[] library, long base) {
        ByteBuffer file = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
        byte[] image = new byte[1 << 18];
        int first = Math.toIntExact(file.getLong(PROGRAM_OFFSET));
        for (int i = 0; i < file.getShort(PROGRAM_COUNT); i++) {
            int at = first + i * PROGRAM_HEADER_BYTES;
            if (file.getInt(at) == LOAD) {
                int offset = (int) file.getLong(at + 8);
                int address = (int) file.getLong(at + 16);
                System.arraycopy(library, offset, image, address, (int) file.getLong(at + 32));
            }
        }
        return (address, target) -> {
            long from = address - base;
            boolean isInside = from >= 0 && from <= image.length - target.length;
            if (isInside) {
                System.arraycopy(image, (int) from, target, 0, target.length);
            }
            return isInside;
        };
    }
}
