package dev.orcinus.cli;

import dev.orcinus.jit.ObjectInspector;
import dev.orcinus.jit.ObjectInspector.Part;
import dev.orcinus.loader.LinkException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command {@code inspect}, which prints the content of objects and archives. */
final class InspectCommand {
    private static final int FAILURE = 1;

    private final List<String> files = new ArrayList<>();
    private final ObjectInspector inspector;
    private final boolean isPage;

    InspectCommand(List<String> arguments) throws UsageException {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        boolean far = false;
        boolean html = false;
        for (String argument : arguments) {
            switch (argument) {
                case "--sections" -> parts.add(Part.SECTIONS);
                case "--symbols" -> parts.add(Part.SYMBOLS);
                case "--relocations" -> parts.add(Part.RELOCATIONS);
                case "--graph" -> parts.add(Part.GRAPH);
                case "--far" -> far = true;
                case "--html" -> html = true;
                default -> files.add(file(argument));
            }
        }
        if (files.isEmpty()) {
            throw new UsageException("inspect: no file is given");
        }
        if (html && !parts.isEmpty()) {
            throw new UsageException("inspect: a page of HTML (--html) always has all parts");
        }
        this.isPage = html;
        ObjectInspector near =
                ObjectInspector.of(parts.isEmpty() ? ObjectInspector.allParts() : parts);
        this.inspector = far ? near.withFarSymbols() : near;
    }

    private static String file(String argument) throws UsageException {
        if (argument.startsWith("-")) {
            throw new UsageException("inspect: unknown option '" + argument + "'");
        }
        return argument;
    }

    /** Prints all files; returns 1 if one of them could not be read or linked, else 0. */
    int run() throws IOException {
        int status = 0;
        Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        if (isPage) {
            writePage(out);
            out.flush();
            return status;
        }
        for (String file : files) {
            try {
                inspect(Path.of(file), out);
            } catch (LinkException e) {
                out.flush();
                System.err.println("orcinus: " + e.getMessage());
                status = FAILURE;
            }
        }
        out.flush();
        return status;
    }

    private void inspect(Path file, Writer out) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            inspector.inspect(file.toString(), content(file, arena), out);
        }
    }

    private void writePage(Writer out) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, MemorySegment> contents = new LinkedHashMap<>();
            for (String file : files) {
                contents.put(file, content(Path.of(file), arena));
            }
            inspector.writePage(contents, out);
        }
    }

    private static MemorySegment content(Path file, Arena arena) throws IOException {
        FileErrors.requireFile(file);
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }
}
