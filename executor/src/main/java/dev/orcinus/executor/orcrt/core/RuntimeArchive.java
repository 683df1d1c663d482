package dev.orcinus.executor.orcrt.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the archive that LLVM's controllers take in place of {@code liborc_rt}: one object, as
 * each one costs them messages, and a symbol table in the form of System V. The bytes depend on the
 * processor and on nothing else.
 */
public final class RuntimeArchive {
    private static final String MAGIC = "!<arch>\n";
    private static final String MEMBER = "orcinus_rt.o/";
    private static final int HEADER_BYTES = 60;

    private RuntimeArchive() {}

    /**
     * The bytes of the archive.
     *
     * @param runtime the runtime of an object format
     * @param arch the processor, as a triple names it
     * @throws UnsupportedOperationException if there is no code for it
     */
    public static byte[] write(OrcRuntime runtime, String arch) {
        RuntimeCode code =
                RuntimeCode.of(arch)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the runtime is there for x86_64 and aarch64, not"
                                                        + " for "
                                                        + arch));
        RuntimeObject object = runtime.object(code, new Layout(runtime.entryPoints()));
        byte[] file = object.bytes();
        byte[] index = index(object.defined());
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(ascii(MAGIC));
        archive.writeBytes(header("/", index.length));
        archive.writeBytes(index);
        archive.writeBytes(header(MEMBER, file.length));
        archive.writeBytes(file);
        return archive.toByteArray();
    }

    /** The count, the member's offset for each symbol, the names; padded to an even length. */
    private static byte[] index(List<String> symbols) {
        byte[] names = ascii(String.join("\0", symbols) + "\0");
        int size = Integer.BYTES * (1 + symbols.size()) + names.length;
        ByteBuffer index = ByteBuffer.allocate(size + (size & 1)).putInt(symbols.size());
        int member = MAGIC.length() + HEADER_BYTES + index.capacity();
        symbols.forEach(_ -> index.putInt(member));
        return index.put(names).array();
    }

    private static byte[] header(String name, int sizeBytes) {
        return ascii("%-16s%-12d%-6d%-6d%-8o%-10d`\n".formatted(name, 0, 0, 0, 0644, sizeBytes));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
