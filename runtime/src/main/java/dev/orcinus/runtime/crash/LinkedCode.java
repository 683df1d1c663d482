package dev.orcinus.runtime.crash;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.FrameDescription;
import dev.orcinus.formats.dwarf.SourceLine;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.observe.LoadedCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The code that has been linked into a guest, as the session knows it: its symbols, its debug
 * objects, its call frame information. One thread at a time may use it.
 */
final class LinkedCode {
    private final GuestRuntime runtime;
    private final GuestPages memory;
    private final Deadline deadline;
    private final DebugObjects objects;
    private final List<AddressRange> frames;
    private final List<LoadedCode> loaded;
    private NamedCode symbols;

    LinkedCode(GuestRuntime runtime, GuestPages memory, Deadline deadline) {
        this.runtime = runtime;
        this.memory = memory;
        this.deadline = deadline;
        this.loaded = runtime.code().loaded();
        this.objects = new DebugObjects(memory, loaded, deadline);
        this.frames = runtime.unwind().sections();
    }

    /** Returns the description of the frames of the function at an address. */
    Optional<FrameDescription> description(long pc) {
        List<AddressRange> nearest = new ArrayList<>(frames);
        nearest.sort((one, other) -> Long.compare(distance(one, pc), distance(other, pc)));
        for (AddressRange section : nearest) {
            if (deadline.isOver()) {
                return Optional.empty();
            }
            Optional<FrameDescription> found = search(section, pc);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static long distance(AddressRange section, long pc) {
        return Math.abs(section.start().value() - pc);
    }

    private Optional<FrameDescription> search(AddressRange section, long pc) {
        try {
            return FrameDescription.search(
                    memory, section.start().value(), section.end().value(), pc);
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns a frame, if it is in linked code.
     *
     * @param inside an address inside of the instruction that the frame is in
     */
    Optional<CrashFrame> frame(ExecutorAddress address, long inside) {
        Optional<CrashFrame> named = bySymbol(address, inside);
        if (named.isEmpty()) {
            named = byDebugObject(address, inside);
        }
        return named.isPresent() ? named : byAllocation(address, inside);
    }

    private Optional<CrashFrame> bySymbol(ExecutorAddress address, long inside) {
        if (symbols == null) {
            symbols = new NamedCode(loaded, deadline);
        }
        return symbols.at(new ExecutorAddress(inside))
                .map(
                        named ->
                                linked(
                                        address,
                                        named.symbol().name(),
                                        named.symbol().range().start().value(),
                                        named.object()));
    }

    private Optional<CrashFrame> byDebugObject(ExecutorAddress address, long inside) {
        Optional<ElfFile> object = object(inside);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        try {
            return new ElfFunctions(object.get())
                    .find(inside)
                    .map(function -> linked(address, function.name(), function.start(), ""));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the debug object of an address, for which none has to be read if it is no code. */
    private Optional<ElfFile> object(long inside) {
        return holds(inside) ? objects.at(inside) : Optional.empty();
    }

    /** Returns whether an address lies in memory that a linker has filled. */
    boolean holds(long address) {
        ExecutorAddress at = new ExecutorAddress(address);
        return runtime.memory().keyOf(at).isPresent() || runtime.memory().holdsCode(at);
    }

    private static CrashFrame linked(
            ExecutorAddress address, String function, long start, String object) {
        return CrashFrame.of(
                address,
                Optional.of(function),
                address.value() - start,
                object.isEmpty() ? Optional.empty() : Optional.of(object),
                true);
    }

    private Optional<CrashFrame> byAllocation(ExecutorAddress address, long inside) {
        return runtime.memory()
                .keyOf(new ExecutorAddress(inside))
                .map(
                        key ->
                                CrashFrame.of(
                                        address,
                                        Optional.empty(),
                                        address.minus(key),
                                        Optional.of("code at " + key + " "),
                                        true));
    }

    /** Returns the line of an address, if there is debug info of it. */
    Optional<SourceLine> line(long inside) {
        Optional<ElfFile> object = object(inside);
        return object.isEmpty() ? Optional.empty() : DebugLines.find(object.get(), inside);
    }
}
