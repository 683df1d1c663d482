package dev.orcinus.executor.rehearsal;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.RelocatableObject;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.LlvmNames;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An object file of code for debuggers, as controllers register it. */
final class DebugDescription {
    private final RelocatableObject object;
    private final ExecutorAddress code;

    /**
     * Describes code without functions.
     *
     * @param code its address
     */
    DebugDescription(Triple triple, byte[] text, ExecutorAddress code) {
        boolean isX64 = triple.arch().equals("x86_64");
        this.object = new RelocatableObject(isX64 ? Elf.EM_X86_64 : Elf.EM_AARCH64, text);
        this.code = code;
    }

    /** Adds a function. */
    DebugDescription function(String name, long offset, long sizeBytes) {
        object.function(name, offset, sizeBytes);
        return this;
    }

    /** Returns the file. */
    byte[] bytes() {
        byte[] file = object.write();
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(placeOfAddress(file), code.value());
        return file;
    }

    /** Returns where a file has the address of its first section, which is that of the code. */
    private static int placeOfAddress(byte[] file) {
        try {
            FileBytes bytes = new FileBytes("a rehearsed object", MemorySegment.ofArray(file));
            return (int) ElfFile.read(bytes).headerOffset(1) + SectionHeader.SH_ADDR;
        } catch (MalformedFileException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Returns the action that registers the bytes of a file. */
    static AllocActionCallPair registration(RehearsalLine line, ExecutorAddress at, long sizeBytes)
            throws IOException {
        byte[] arguments =
                new SpsWriter()
                        .writeAddress(at)
                        .writeAddress(at.plus(sizeBytes))
                        .writeBoolean(true)
                        .toBytes();
        ExecutorAddress register = line.symbol(LlvmNames.REGISTER_DEBUG_OBJECT_ACTION);
        return new AllocActionCallPair(
                new WrapperFunctionCall(register, arguments), WrapperFunctionCall.NONE);
    }
}
