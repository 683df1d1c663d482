package dev.orcinus.runtime.crash;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.CallFrameTable;
import dev.orcinus.formats.dwarf.FrameDescription;
import dev.orcinus.formats.dwarf.SourceLine;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.formats.elf.ElfImage;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A library of the guest: what unwinding needs is read from its memory, names from its file. One
 * thread at a time may use it.
 */
final class Library {
    private static final long LONGEST_FRAMES_BYTES = 64 << 20;

    private final GuestPages memory;
    private final String name;
    private final ElfImage image;
    private final Optional<ElfFile> file;

    private Library(GuestPages memory, String name, ElfImage image, Optional<ElfFile> file) {
        this.memory = memory;
        this.name = name;
        this.image = image;
        this.file = file;
    }

    /** Returns the library whose first bytes a mapping has; empty if it is another kind of file. */
    static Optional<Library> at(GuestPages memory, MappedFile first, Arena arena) {
        Optional<ElfImage> image = ElfImage.at(memory, first.range().start().value());
        if (image.isEmpty()) {
            return Optional.empty();
        }
        boolean isFile = first.path().startsWith("/");
        Optional<MemorySegment> bytes =
                isFile ? map(first.path(), arena) : copy(memory, first.range().start(), first);
        String name = first.path().substring(first.path().lastIndexOf('/') + 1);
        return Optional.of(
                new Library(memory, name, image.get(), bytes.flatMap(all -> read(name, all))));
    }

    private static Optional<MemorySegment> map(String path, Arena arena) {
        try {
            Path file = Path.of(path);
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (FileChannel channel = FileChannel.open(file)) {
                return Optional.of(
                        channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            }
        } catch (IOException | InvalidPathException gone) {
            return Optional.empty();
        }
    }

    /** Copies a library that has no file. */
    private static Optional<MemorySegment> copy(
            GuestPages memory, ExecutorAddress start, MappedFile mapped) {
        byte[] bytes = new byte[(int) Math.min(1 << 20, mapped.range().sizeBytes())];
        return memory.read(start.value(), bytes)
                ? Optional.of(MemorySegment.ofArray(bytes))
                : Optional.empty();
    }

    private static Optional<ElfFile> read(String name, MemorySegment bytes) {
        try {
            return Optional.of(ElfFile.read(new FileBytes(name, bytes)));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the description of the frames of the function at an address. */
    Optional<FrameDescription> description(long pc) throws MalformedFileException {
        if (image.frameTable().isEmpty()) {
            return Optional.empty();
        }
        long at = image.frameTable().getAsLong();
        Optional<CallFrameTable> table = CallFrameTable.at(memory, at);
        return table.isEmpty() ? Optional.empty() : table.get().find(pc, at + LONGEST_FRAMES_BYTES);
    }

    /**
     * Returns a frame.
     *
     * @param inside an address inside of the instruction that the frame is in
     */
    CrashFrame frame(ExecutorAddress address, long inside) {
        long inFile = address.value() - image.bias();
        Optional<ElfFunctions.Found> found = function(inside - image.bias());
        return CrashFrame.of(
                address,
                found.map(ElfFunctions.Found::name),
                found.map(function -> inFile - function.start()).orElse(inFile),
                Optional.of(name),
                false);
    }

    private Optional<ElfFunctions.Found> function(long address) {
        try {
            return file.isEmpty() ? Optional.empty() : new ElfFunctions(file.get()).find(address);
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the line of an address, if there is debug info of it. */
    Optional<SourceLine> line(long inside) {
        return file.isEmpty()
                ? Optional.empty()
                : DebugLines.find(file.get(), inside - image.bias());
    }
}
