package dev.orcinus.formats.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Machine code as text, a line for an instruction: its bytes in hex, then the instruction, which is
 * a comment for the reader; a test compares both with the help of an assembler (AT&amp;T syntax for
 * x86-64).
 *
 * <pre>{@code
 * label:
 *   41b800000000[index:imm32]  movl $index, %r8d
 *   c3  retq
 * }</pre>
 *
 * A line that starts at the margin is a label or, with {@code #}, a remark. A hole stands in
 * brackets, with its name and its {@link HoleField}; it is the last bytes of its instruction, which
 * are zero in the listing. Immutable.
 */
public final class CodeListing {
    private static final int HEX = 16;

    private final InstructionSet processor;
    private final String text;
    private final byte[] bytes;
    private final List<Hole> holes;
    private final Map<String, Integer> labels;

    private CodeListing(InstructionSet processor, String text) {
        Parser parser = new Parser(processor, text);
        parser.read();
        this.processor = processor;
        this.text = text;
        this.bytes = Arrays.copyOf(parser.bytes, parser.sizeBytes);
        this.holes = List.copyOf(parser.holes);
        this.labels = parser.labels;
    }

    /** Returns the listing of code for x86-64. */
    public static CodeListing x64(String text) {
        return new CodeListing(InstructionSet.X86_64, text);
    }

    /** Returns the listing of code for AArch64. */
    public static CodeListing aarch64(String text) {
        return new CodeListing(InstructionSet.AARCH64, text);
    }

    /** Returns the processor that the code is for. */
    public InstructionSet processor() {
        return processor;
    }

    /** Returns the length of the code. */
    public int sizeBytes() {
        return bytes.length;
    }

    /** Returns the code, with zeros in its holes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Returns the holes, in the order of the code. */
    public List<Hole> holes() {
        return holes;
    }

    /** Returns the offset of a label, in bytes from the start of the code. */
    public int offsetOf(String label) {
        Integer offset = labels.get(label);
        if (offset == null) {
            throw new IllegalArgumentException("no label " + label);
        }
        return offset;
    }

    /** Returns the offsets of labels, by label. */
    public Map<String, Integer> offsetsOf(String... names) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        for (String name : names) {
            offsets.put(name, offsetOf(name));
        }
        return offsets;
    }

    /** Returns a copy of the code whose holes can be filled. */
    public Filling fill() {
        return new Filling();
    }

    /** Returns the listing as it is written. */
    @Override
    public String toString() {
        return text;
    }

    /** A copy of the code whose holes are being filled. */
    public final class Filling {
        private final ByteBuffer code =
                ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        private int left = holes.size();

        private Filling() {}

        /** Fills all holes of a name, each of them once. */
        public Filling with(String name, long value) {
            int before = left;
            for (Hole hole : holes) {
                if (hole.name().equals(name)) {
                    hole.field().put(code, hole, value);
                    left--;
                }
            }
            if (before == left) {
                throw new IllegalArgumentException("no hole " + name);
            }
            return this;
        }

        /** Returns the code, without holes. */
        public byte[] bytes() {
            if (left != 0) {
                throw new IllegalStateException(left + " holes are left");
            }
            return code.array();
        }
    }

    /** Reads a listing, character by character, which is fast: every start reads some. */
    private static final class Parser {
        private final InstructionSet processor;
        private final String text;
        private final byte[] bytes;
        private final List<Hole> holes = new ArrayList<>();
        private final Map<String, Integer> labels = new LinkedHashMap<>();
        private int sizeBytes;
        private int at;

        Parser(InstructionSet processor, String text) {
            this.processor = processor;
            this.text = text;
            this.bytes = new byte[text.length() / 2];
        }

        void read() {
            while (at < text.length()) {
                int end = text.indexOf('\n', at);
                end = end < 0 ? text.length() : end;
                readLine(end);
                at = end + 1;
            }
        }

        private void readLine(int end) {
            if (at == end || text.charAt(at) == '#') {
                return;
            }
            if (text.charAt(at) == ' ') {
                readInstruction(end);
            } else {
                labels.put(text.substring(at, end - 1), sizeBytes);
            }
        }

        private void readInstruction(int end) {
            while (text.charAt(at) == ' ') {
                at++;
            }
            int start = sizeBytes;
            for (int digit = digit(end); digit >= 0; digit = digit(end)) {
                at++;
                int low = digit(end);
                at++;
                if (low < 0) {
                    throw new IllegalArgumentException("half a byte: " + text.substring(at, end));
                }
                bytes[sizeBytes++] = (byte) (digit << 4 | low);
            }
            if (at < end && text.charAt(at) == '[') {
                readHole(start);
            }
        }

        private int digit(int end) {
            return at < end ? Character.digit(text.charAt(at), HEX) : -1;
        }

        private void readHole(int start) {
            int colon = text.indexOf(':', at);
            int close = text.indexOf(']', colon);
            HoleField field = HoleField.named(text.substring(colon + 1, close));
            if (field.processor() != processor) {
                throw new IllegalArgumentException(field + " is not for " + processor);
            }
            holes.add(new Hole(text.substring(at + 1, colon), field, start, sizeBytes));
        }
    }
}
