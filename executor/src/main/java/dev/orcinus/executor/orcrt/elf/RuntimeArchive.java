package dev.orcinus.executor.orcrt.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

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
     * @param arch the processor, as a triple names it
     * @throws UnsupportedOperationException if there is no code for it
     */
    public static byte[] write(String arch) {
        RuntimeCode code =
                RuntimeCode.of(arch)
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the runtime is there for x86_64 and aarch64, not"
                                                        + " for "
                                                        + arch));
        RelocatableObject object = object(code);
        byte[] file = object.write();
        byte[] index = index(object.defined());
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(ascii(MAGIC));
        archive.writeBytes(header("/", index.length));
        archive.writeBytes(index);
        archive.writeBytes(header(MEMBER, file.length));
        archive.writeBytes(file);
        return archive.toByteArray();
    }

    private static RelocatableObject object(RuntimeCode code) {
        RelocatableObject object =
                new RelocatableObject(code.machine(), code.absolute64(), code.write());
        for (Entry entry : Entry.ALL) {
            if (!entry.symbol().isEmpty()) {
                object.function(entry.symbol(), Layout.offset(entry), Layout.THUNK_BYTES);
            }
        }
        for (Tag tag : Tag.ALL) {
            object.tag(tag.symbol(), Layout.offset(tag));
        }
        new TreeMap<>(code.functions()).forEach((name, at) -> object.function(name, at, 0));
        object.address("__orc_rt_jit_dispatch_ctx", Layout.CONTEXT);
        object.address(NativeEntries.WRAPPER_SYMBOL, Layout.WRAPPER_SLOT);
        object.address(NativeEntries.FUNCTION_SYMBOL, Layout.FUNCTION_SLOT);
        return object;
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
