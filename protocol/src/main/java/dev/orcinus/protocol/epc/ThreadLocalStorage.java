package dev.orcinus.protocol.epc;

import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.util.List;

/**
 * The codecs of the argument and the result of {@link OrcinusNames#OPEN_THREAD_LOCALS}, which opens
 * thread-local storage for linked code. In LLVM, its ELF runtime does this work.
 */
public final class ThreadLocalStorage {
    private static final SpsCodec<List<Long>> OFFSETS = SpsCodec.sequence(Sps.UINT64);

    private static final SpsCodec<List<Import>> IMPORTS =
            SpsCodec.sequence(
                    SpsCodec.of(
                            26,
                            in ->
                                    new Import(
                                            in.readString(),
                                            in.readAddress(),
                                            in.readLong(),
                                            in.readBoolean(),
                                            in.readBoolean()),
                            (out, wanted) ->
                                    out.writeString(wanted.symbol())
                                            .writeAddress(wanted.block())
                                            .writeLong(wanted.offset())
                                            .writeBoolean(wanted.isStatic())
                                            .writeBoolean(wanted.hasDescriptor())));

    /** Name, content, size, alignment, whether static, offsets of descriptors, imports. */
    public static final SpsCodec<Request> REQUEST =
            SpsCodec.of(49, ThreadLocalStorage::readRequest, ThreadLocalStorage::writeRequest);

    private static final SpsCodec<Descriptor> DESCRIPTOR =
            SpsCodec.pair(
                    Sps.ADDRESS,
                    Sps.UINT64,
                    Descriptor::new,
                    Descriptor::function,
                    Descriptor::argument);

    private static final SpsCodec<List<Descriptor>> DESCRIPTORS = SpsCodec.sequence(DESCRIPTOR);

    private static final SpsCodec<List<Imported>> IMPORTED =
            SpsCodec.sequence(
                    SpsCodec.of(
                            40,
                            in ->
                                    new Imported(
                                            in.readLong(),
                                            in.readLong(),
                                            in.readLong(),
                                            DESCRIPTOR.read(in)),
                            (out, found) -> {
                                out.writeLong(found.module()).writeLong(found.offset());
                                out.writeLong(found.threadPointerOffset());
                                DESCRIPTOR.write(out, found.descriptor());
                            }));

    /** Handle, module, offset from the thread pointer, descriptors, imports. */
    public static final SpsCodec<Block> BLOCK =
            SpsCodec.of(
                    40,
                    in ->
                            new Block(
                                    in.readAddress(),
                                    in.readLong(),
                                    in.readLong(),
                                    DESCRIPTORS.read(in),
                                    IMPORTED.read(in)),
                    (out, block) -> {
                        out.writeAddress(block.handle()).writeLong(block.module());
                        out.writeLong(block.threadPointerOffset());
                        DESCRIPTORS.write(out, block.descriptors());
                        IMPORTED.write(out, block.imports());
                    });

    private ThreadLocalStorage() {}

    private static Request readRequest(SpsReader in) throws ProtocolException {
        long start = in.offset();
        String name = in.readString();
        byte[] content = in.readBlob();
        long sizeBytes = in.readLong();
        long alignmentBytes = in.readLong();
        boolean isStatic = in.readBoolean();
        List<Long> descriptors = OFFSETS.read(in);
        List<Import> imports = IMPORTS.read(in);
        try {
            return new Request(
                    name, content, sizeBytes, alignmentBytes, isStatic, descriptors, imports);
        } catch (IllegalArgumentException e) {
            throw new MalformedSpsException(start, e.getMessage());
        }
    }

    private static void writeRequest(SpsWriter out, Request request) {
        out.writeString(request.name()).writeBlob(request.content());
        out.writeLong(request.sizeBytes()).writeLong(request.alignmentBytes());
        out.writeBoolean(request.isStatic());
        OFFSETS.write(out, request.descriptors());
        IMPORTS.write(out, request.imports());
    }
}
