package dev.orcinus.loader.input;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Refuses all members. It has no state. It is a class with a name, because an AOT cache of the JVM
 * does not keep the lambda expression of an interface's field.
 */
final class NoMemberFiles implements MemberFiles {
    @Override
    public MemorySegment open(String name) throws IOException {
        throw new IOException("a thin archive is added by its path, not as bytes");
    }
}
