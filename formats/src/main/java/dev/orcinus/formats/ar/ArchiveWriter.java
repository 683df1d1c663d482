package dev.orcinus.formats.ar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an archive of the GNU or of the BSD sort, with a symbol index and names of at most 15
 * bytes. The bytes depend on the members only. One thread at a time may use it.
 */
public final class ArchiveWriter {
    private static final int LONGEST_NAME = 15;
    private static final String BSD_INDEX = "__.SYMDEF";
    private static final int BSD_ALIGNMENT_BYTES = 8;

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

    /** Returns the bytes of the archive, of the GNU sort. */
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

    /**
     * Returns the bytes of the archive, of the BSD sort with Darwin's alignment: each content
     * starts at a multiple of 8.
     */
    public byte[] writeBsd() {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(ascii(Archive.MAGIC));
        writeBsd(archive, BSD_INDEX, bsdIndex());
        for (Member member : members) {
            writeBsd(archive, member.name, member.content);
        }
        return archive.toByteArray();
    }

    /**
     * Returns the index: the size of the pairs, for each symbol the offsets of its name and of its
     * member, the size of the names, the names.
     */
    private byte[] bsdIndex() {
        List<String> symbols = members.stream().flatMap(m -> m.symbols.stream()).toList();
        byte[] names = ascii(String.join("\0", symbols) + "\0");
        int pairsBytes = 2 * Integer.BYTES * symbols.size();
        int size = aligned(2 * Integer.BYTES + pairsBytes + names.length);
        ByteBuffer index = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        index.putInt(pairsBytes);
        int name = 0;
        int offset = Archive.MAGIC.length() + bsdBytes(BSD_INDEX, size);
        for (Member member : members) {
            for (String symbol : member.symbols) {
                index.putInt(name).putInt(offset);
                name += ascii(symbol).length + 1;
            }
            offset += bsdBytes(member.name, member.content.length);
        }
        return index.putInt(aligned(names.length)).put(names).array();
    }

    /** Returns how many bytes a member of the BSD sort takes. */
    private static int bsdBytes(String name, int contentBytes) {
        return MemberReader.HEADER_BYTES + bsdNameBytes(name) + aligned(contentBytes);
    }

    /** Returns the length of the name before the content, so that the content is aligned. */
    private static int bsdNameBytes(String name) {
        return aligned(MemberReader.HEADER_BYTES + name.length()) - MemberReader.HEADER_BYTES;
    }

    private static void writeBsd(ByteArrayOutputStream archive, String name, byte[] content) {
        int nameBytes = bsdNameBytes(name);
        int contentBytes = aligned(content.length);
        archive.writeBytes(header("#1/" + nameBytes, nameBytes + contentBytes));
        archive.writeBytes(Arrays.copyOf(ascii(name), nameBytes));
        archive.writeBytes(Arrays.copyOf(content, contentBytes));
    }

    private static int aligned(int sizeBytes) {
        return Math.addExact(sizeBytes, BSD_ALIGNMENT_BYTES - 1) & -BSD_ALIGNMENT_BYTES;
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
