package dev.orcinus.loader.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** An object file for debuggers, which has the addresses of its sections in memory. */
public interface DebugObject {
    /** The system property that shows all objects to debuggers if it is {@code true}. */
    String PROPERTY = "orcinus.gdb";

    /** The variable of the environment that does the same if it is {@code 1}. */
    String VARIABLE = "ORCINUS_GDB";

    /** The form in which a file has an address. */
    ValueLayout.OfLong ADDRESS = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * A place in the file for the address of a section.
     *
     * @param offset in bytes from the start of the file
     * @param block the section
     */
    record AddressOf(int offset, Block block) {}

    /** Returns the file without addresses. */
    MemorySegment bytes();

    /** Returns the sections that are in memory. */
    List<AddressOf> addresses();

    /** Returns its bytes. It is called after the graph has been laid out. */
    default byte[] placed() {
        byte[] bytes = bytes().toArray(ValueLayout.JAVA_BYTE);
        MemorySegment image = MemorySegment.ofArray(bytes);
        for (AddressOf section : addresses()) {
            image.set(ADDRESS, section.offset(), section.block().addressValue());
        }
        return bytes;
    }

    /**
     * Returns whether debuggers see all objects, and the code of the JVM, so that they name every
     * function. If not, they see the objects that have debug info.
     */
    static boolean isForAll() {
        return Boolean.getBoolean(PROPERTY) || "1".equals(System.getenv(VARIABLE));
    }
}
