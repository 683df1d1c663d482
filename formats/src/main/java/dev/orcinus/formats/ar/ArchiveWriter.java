package dev.orcinus.formats.ar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an archive of the GNU sort, with a symbol index and names of at most 15 bytes. The bytes
 * depend on the members only. One thread at a time may use it.
 */
public final class ArchiveWriter {
    private static final int LONGEST_NAME = 15;

    private final List<Member> members = new ArrayList<>();

    /** Starts an archive without members. */
    public ArchiveWriter() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Member(String name, byte[] content, List<String> symbols) {
        /**
         * Returns how many bytes of the archive the member takes: members start at even offsets.
         */
        int sizeBytes() {
            return MemberReader.HEADER_BYTES + content.length + (content.length & 1);
        }
    }

    /**
     * Adds a member.
     *
     * @param symbols the symbols that the index lists for it
     */
    public void add(String name, byte[] content, List<String> symbols) {
        if (name.length() > LONGEST_NAME || name.contains("/")) {
            throw new IllegalArgumentException("'" + name + "' is no short name of a member");
        }
        members.add(new Member(name, content, List.copyOf(symbols)));
    }

    /** Returns the bytes of the archive. */
    public byte[] write() {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(ascii(Archive.MAGIC));
        write(archive, "/", index());
        for (Member member : members) {
            write(archive, member.name + "/", member.content);
        }
        return archive.toByteArray();
    }

    /**
     * Returns the index: the count, the member's offset for each symbol, the names; padded to an
     * even length.
     */
    private byte[] index() {
        List<String> symbols = members.stream().flatMap(m -> m.symbols.stream()).toList();
        byte[] names = ascii(String.join("\0", symbols) + "\0");
        int size = Integer.BYTES * (1 + symbols.size()) + names.length;
        ByteBuffer index = ByteBuffer.allocate(size + (size & 1)).putInt(symbols.size());
        int offset = Archive.MAGIC.length() + MemberReader.HEADER_BYTES + index.capacity();
        for (Member member : members) {
            int header = offset;
            member.symbols.forEach(_ -> index.putInt(header));
            offset += member.sizeBytes();
        }
        return index.put(names).array();
    }

    private static void write(ByteArrayOutputStream archive, String name, byte[] content) {
        archive.writeBytes(header(name, content.length));
        archive.writeBytes(content);
        if ((content.length & 1) != 0) {
            archive.write('\n');
        }
    }

    private static byte[] header(String name, int sizeBytes) {
        return ascii("%-16s%-12d%-6d%-6d%-8o%-10d`\n".formatted(name, 0, 0, 0, 0644, sizeBytes));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
