package dev.orcinus.tests.perf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.AssertionFailedError;

/**
 * The files of one process: {@code jit-PID.dump} ("jitdump-specification.txt" of the Linux
 * sources), read record by record, and {@code perf-PID.map}.
 *
 * @param pid the process that the dump names
 * @param functions the functions of the dump
 * @param map the lines of the map
 */
record PerfFiles(int pid, List<Function> functions, List<String> map) {
    private static final int HEADER_BYTES = 40;
    private static final int EM_X86_64 = 62;

    /**
     * A function.
     *
     * @param name its symbol
     * @param start its address
     * @param code its bytes, in hex
     * @param lines the lines that were written before it
     */
    record Function(String name, long start, String code, List<Line> lines) {}

    /**
     * A line.
     *
     * @param offset of its first instruction in the function
     * @param number the line's number
     * @param file its file
     */
    record Line(long offset, int number, String file) {}

    /** Reads the files of the only process that has written a dump below a folder. */
    static PerfFiles read(Path folder) throws IOException {
        Path dump;
        try (Stream<Path> files = Files.walk(folder)) {
            dump =
                    files.filter(file -> file.toString().endsWith(".dump"))
                            .reduce(
                                    (first, second) -> {
                                        throw failure("two dumps: " + first + ", " + second);
                                    })
                            .orElseThrow();
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(dump));
        require("rw-------".equals(mode), "the mode of the dump: " + mode);
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(dump)).order(ByteOrder.nativeOrder());
        int pid = header(in);
        require(dump.getFileName().toString().equals("jit-" + pid + ".dump"), dump.toString());
        return new PerfFiles(
                pid, records(in, pid), Files.readAllLines(Path.of("/tmp/perf-" + pid + ".map")));
    }

    /** Removes the map. */
    void delete() throws IOException {
        Files.deleteIfExists(Path.of("/tmp/perf-" + pid + ".map"));
    }

    Function function(String name) {
        return functions.stream()
                .filter(function -> function.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionFailedError("no " + name + " in " + functions));
    }

    private static AssertionFailedError failure(String problem) {
        return new AssertionFailedError(problem);
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw failure(what);
        }
    }

    private static int header(ByteBuffer in) {
        require(in.getInt() == 0x4a695444, "the magic number");
        require(in.getInt() == 1, "the version");
        require(in.getInt() == HEADER_BYTES, "the size of the header");
        require(in.getInt() == EM_X86_64, "the machine");
        in.getInt();
        int pid = in.getInt();
        require(in.getLong() > 0 && in.getLong() == 0, "time and flags");
        return pid;
    }

    private static List<Function> records(ByteBuffer in, int pid) {
        List<Function> functions = new ArrayList<>();
        List<Line> lines = List.of();
        while (in.hasRemaining()) {
            int start = in.position();
            int kind = in.getInt();
            int end = start + in.getInt();
            require(in.getLong() > 0, "a time");
            if (kind == 2) {
                lines = lines(in);
            } else {
                require(kind == 0, "record " + kind);
                functions.add(function(in, pid, functions.size(), lines));
                lines = List.of();
            }
            require(in.position() == end, "the size of a record");
        }
        return functions;
    }

    private static List<Line> lines(ByteBuffer in) {
        long function = in.getLong();
        List<Line> lines = new ArrayList<>();
        for (long left = in.getLong(); left > 0; left--) {
            long address = in.getLong();
            int number = in.getInt();
            in.getInt();
            lines.add(new Line(address - function, number, string(in)));
        }
        return lines;
    }

    private static Function function(ByteBuffer in, int pid, int index, List<Line> lines) {
        require(in.getInt() == pid, "the process");
        require(in.getInt() == pid, "the thread");
        long start = in.getLong();
        require(in.getLong() == start, "the address");
        byte[] code = new byte[Math.toIntExact(in.getLong())];
        require(in.getLong() == index, "the number of the function");
        String name = string(in);
        in.get(code);
        return new Function(name, start, HexFormat.of().formatHex(code), lines);
    }

    private static String string(ByteBuffer in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte next = in.get(); next != 0; next = in.get()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
