package dev.orcinus.runtime.observe;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.protocol.epc.PerfRecordBatch.Line;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The files by which the Linux tool perf names the code of a process: {@code /tmp/perf-PID.map},
 * which {@code perf report} reads, and a dump of the code with its lines, which {@code perf inject
 * --jit} reads ("jitdump-specification.txt" of the Linux sources). There is one of each for a
 * process of a guest, from the first use until the guest ends; later code may get the addresses of
 * code that has gone, which the dump tells apart by its times. Thread-safe.
 */
final class PerfDump {
    private static final int MAGIC = 0x4a695444;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 40;
    private static final int LOAD = 0;
    private static final int DEBUG_INFO = 2;
    private static final int RECORD_BYTES = 16;
    private static final int LOAD_BYTES = RECORD_BYTES + 40;
    private static final int LINES_BYTES = RECORD_BYTES + 16;
    private static final int LINE_BYTES = 16;

    /** The most that the lines of a function take, each of which has the path of its file. */
    private static final long MOST_LINES_BYTES = 1 << 24;

    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    /** Stands for all guests that are this process. */
    private static final Object HERE = new Object();

    /** The files of each guest, or of {@link #HERE}. */
    private static final Map<Object, PerfDump> OPEN = new WeakHashMap<>();

    private final long pid;
    private final FileChannel dump;
    private final FileChannel map;
    private long functions;

    private PerfDump(long pid, FileChannel dump, FileChannel map) {
        this.pid = pid;
        this.dump = dump;
        this.map = map;
    }

    /** Returns the files of the guest's process, which are opened at the first call. */
    static synchronized PerfDump of(Guest guest) throws IOException, HostCallException {
        long pid = guest.process().pid();
        Object process = pid == ProcessHandle.current().pid() ? HERE : guest;
        PerfDump open = OPEN.get(process);
        if (open == null || open.pid != pid) {
            open = open(guest, pid);
            OPEN.put(process, open);
        }
        return open;
    }

    private static PerfDump open(Guest guest, long pid) throws IOException, HostCallException {
        Path file = folder().resolve("jit-" + pid + ".dump");
        FileChannel dump = create(file);
        try {
            dump.write(header(guest.triple(), pid));
            guest.debugger().showProfile(file.toString());
            return new PerfDump(pid, dump, create(Path.of("/tmp/perf-" + pid + ".map")));
        } catch (IOException | HostCallException e) {
            dump.close();
            Files.delete(file);
            Files.delete(file.getParent());
            throw e;
        }
    }

    /** Returns the folder that LLVM uses, too: below {@code JITDUMPDIR}, or the user's home. */
    private static Path folder() throws IOException {
        String chosen = System.getenv("JITDUMPDIR");
        Path base = Path.of(chosen == null ? System.getProperty("user.home") : chosen);
        Path all = Files.createDirectories(base.resolve(".debug").resolve("jit"));
        return Files.createTempDirectory(all, "orcinus-jit-");
    }

    /** Creates a file; one of an earlier process with the same number is removed. */
    private static FileChannel create(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE_NEW),
                PRIVATE);
    }

    private static ByteBuffer header(Triple triple, long pid) {
        int machine = triple.arch().equals("x86_64") ? EM_X86_64 : EM_AARCH64;
        return buffer(HEADER_BYTES)
                .putInt(MAGIC)
                .putInt(VERSION)
                .putInt(HEADER_BYTES)
                .putInt(machine)
                .putInt(0)
                .putInt((int) pid)
                .putLong(System.nanoTime()) // CLOCK_MONOTONIC
                .putLong(0)
                .flip();
    }

    private static ByteBuffer buffer(long sizeBytes) {
        return ByteBuffer.allocate(Math.toIntExact(sizeBytes)).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer record(int kind, long sizeBytes) {
        return buffer(sizeBytes)
                .putInt(kind)
                .putInt(Math.toIntExact(sizeBytes))
                .putLong(System.nanoTime());
    }

    /**
     * Writes a function.
     *
     * @param content its instructions
     * @param lines its lines, in the order of their addresses; may be empty, and are left out if
     *     they take more than {@link #MOST_LINES_BYTES}
     */
    synchronized void function(String name, AddressRange code, byte[] content, List<Line> lines)
            throws IOException {
        if (!lines.isEmpty()) {
            writeLines(code.start(), lines); // perf expects them just before their function
        }
        byte[] text = cString(name);
        long start = code.start().value();
        write(
                dump,
                record(LOAD, LOAD_BYTES + (long) text.length + content.length)
                        .putInt((int) pid)
                        .putInt((int) pid)
                        .putLong(start)
                        .putLong(start)
                        .putLong(content.length)
                        .putLong(functions++)
                        .put(text)
                        .put(content)
                        .flip());
        String line = "%x %x %s%n".formatted(start, content.length, name.replace('\n', ' '));
        write(map, ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }

    private void writeLines(ExecutorAddress function, List<Line> lines) throws IOException {
        long sizeBytes = LINES_BYTES;
        for (Line line : lines) {
            sizeBytes += LINE_BYTES + (long) cString(line.file()).length;
        }
        if (sizeBytes > MOST_LINES_BYTES) {
            return;
        }
        ByteBuffer record = record(DEBUG_INFO, sizeBytes).putLong(function.value());
        record.putLong(lines.size());
        for (Line line : lines) {
            record.putLong(line.address().value())
                    .putInt(line.number())
                    .putInt(line.discriminator())
                    .put(cString(line.file()));
        }
        write(dump, record.flip());
    }

    private static byte[] cString(String text) {
        return (text.replace('\0', ' ') + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }
}
