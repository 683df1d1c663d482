package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.formats.elf.LinkedImage;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.memory.ProcessMemory;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Introduces a linked program to the dynamic linker of its process, as a shared object at the
 * addresses of the program. The dynamic linker maps a shared object where it asks to lie if that
 * room is free. So the program's memory is moved aside, the object is opened, and the memory is
 * moved back, over the object's empty segments. No code of the program may run meanwhile.
 */
final class ImageLoader {
    private static final long NAME_OFFSET = 8; // l_name of struct link_map

    private final NativeGuest guest;
    private final ProcessWrittenLibraries libraries;
    private final LoadedObjects objects;
    private final WaitingInitializers initializers;
    private final Preemption preemption;
    private final ProcessMemory memory;
    private final long pageBytes = Unistd.getpagesize();

    ImageLoader(
            NativeGuest guest,
            ProcessLibraries libraries,
            ProcessMemory memory,
            WaitingInitializers initializers,
            Preemption preemption) {
        this.guest = guest;
        this.memory = memory;
        this.libraries = new ProcessWrittenLibraries(guest, libraries, false);
        this.objects = new LoadedObjects(guest);
        this.initializers = initializers;
        this.preemption = preemption;
    }

    /**
     * Introduces a program.
     *
     * @return why there is no place for it; empty if there is, also if the dynamic linker does not
     *     map objects where they ask to lie
     */
    Optional<String> introduce(LinkedProgram program) throws HostCallException {
        LinkedImage image = image(program);
        AddressRange segments = segments(program);
        long tableBytes = image.tableBytes() + pageBytes - 1 & -pageBytes;
        memory.freeBelowSlab(segments, tableBytes);
        MemoryMaps maps = maps();
        Optional<AddressRange> tables = tables(maps, segments, tableBytes);
        if (tables.isEmpty()) {
            return Optional.of(
                    "no 0x%x bytes are free next to its memory at %s"
                            .formatted(tableBytes, segments));
        }
        long start = tables.get().start().value();
        AddressRange place = hull(segments, tables.get());
        return open(program, image.write(start), new MovedMemory(guest, maps, place), place);
    }

    /** Opens the object of a program, and closes it if it does not lie in its place. */
    private Optional<String> open(
            LinkedProgram program, byte[] content, MovedMemory moved, AddressRange place)
            throws HostCallException {
        ExecutorAddress handle;
        boolean isInPlace;
        boolean wasFree;
        moved.moveAside();
        try {
            handle = libraries.open("orcinus-program", content, RTLD_NOW | RTLD_GLOBAL);
            isInPlace = word(handle) == 0;
            wasFree = isInPlace || maps().isFree(place);
        } finally {
            moved.moveBack();
        }
        if (!isInPlace) {
            libraries.close(handle);
        } else {
            setName(handle, program.name());
            if (program.comesFirst()) {
                preemption.searchFirst(handle);
            }
        }
        return wasFree
                ? Optional.empty()
                : Optional.of("something else has been mapped at " + place);
    }

    private MemoryMaps maps() {
        return MemoryMaps.of(Integer.toString(guest.pid()));
    }

    /** Returns a word, the first of which is {@code l_addr} of a handle. */
    private long word(ExecutorAddress at) {
        return libraries.read(at, Long.BYTES).get(JAVA_LONG, 0);
    }

    /** Gives the object the name that {@code dladdr} returns. */
    private void setName(ExecutorAddress handle, String name) {
        byte[] text = (name + '\0').getBytes(UTF_8);
        long copy = guest.threads().on(Use.SERVICE, t -> t.call(Libc.MALLOC, text.length));
        MemorySegment pointer = MemorySegment.ofArray(new long[] {copy});
        ExecutorAddress field = handle.plus(NAME_OFFSET);
        if (copy == 0
                || !guest.memory().write(MemorySegment.ofArray(text), new ExecutorAddress(copy))
                || !guest.memory().write(pointer, field)) {
            throw new IllegalStateException("the guest's memory at " + field + " is not writable");
        }
    }

    private LinkedImage image(LinkedProgram program) {
        LinkedImage image = new LinkedImage(guest.processor().elfMachine(), program.name());
        objects.libraries(libraries.process(), initializers.names()).forEach(image::addNeeded);
        for (LinkedProgram.Segment segment : program.segments()) {
            AddressRange pages = pages(segment.range());
            image.addSegment(
                    pages.start().value(),
                    pages.sizeBytes(),
                    segment.prot().isWritable(),
                    segment.prot().isExecutable());
        }
        for (LinkedProgram.Symbol symbol : program.symbols()) {
            image.export(
                    symbol.name(),
                    symbol.isFunction(),
                    symbol.address().value(),
                    symbol.sizeBytes());
        }
        for (LinkedProgram.Frame frame : program.frames()) {
            image.addFrame(frame.function().value(), frame.record().value());
        }
        return image;
    }

    private AddressRange pages(AddressRange range) {
        long start = range.start().value() & -pageBytes;
        long end = range.end().value() + pageBytes - 1 & -pageBytes;
        return new AddressRange(new ExecutorAddress(start), new ExecutorAddress(end));
    }

    private AddressRange segments(LinkedProgram program) {
        AddressRange all = pages(program.segments().getFirst().range());
        for (LinkedProgram.Segment segment : program.segments()) {
            all = hull(all, pages(segment.range()));
        }
        return all;
    }

    private static AddressRange hull(AddressRange one, AddressRange other) {
        ExecutorAddress start =
                one.start().compareTo(other.start()) <= 0 ? one.start() : other.start();
        ExecutorAddress end = one.end().compareTo(other.end()) >= 0 ? one.end() : other.end();
        return new AddressRange(start, end);
    }

    /** Returns free room for the tables, next to the memory that holds the program. */
    private static Optional<AddressRange> tables(
            MemoryMaps maps, AddressRange segments, long sizeBytes) {
        AddressRange slab = maps.runAround(segments.start(), ProcessMemory.FILE_NAME);
        if (!slab.contains(segments)) {
            return Optional.empty();
        }
        long lowest = Math.max(0, slab.start().value() - sizeBytes);
        AddressRange below = AddressRange.of(new ExecutorAddress(lowest), sizeBytes);
        if (maps.isFree(below)) {
            return Optional.of(below);
        }
        return Optional.of(AddressRange.of(slab.end(), sizeBytes)).filter(maps::isFree);
    }
}
