package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A line to an executor that this process has started, over two named pipes. LLVM's executors take
 * {@code filedescs=IN,OUT}, which are inherited descriptors, but {@link ProcessBuilder} only passes
 * the standard three. So a shell opens the pipes as 3 and 4 and becomes the executor. The executor
 * shares this JVM's standard streams, so output of guest code cannot mix with the line. With the
 * other way, {@code listen=}, LLVM's executor would serve the first client that connects, on any
 * interface.
 */
final class ProcessLine implements Line {
    private static final String SCRIPT =
            "in=$1 out=$2; shift 2; exec \"$@\" filedescs=3,4 3<\"$in\" 4>\"$out\"";

    private final Fifos fifos;
    private final ExecutorProcess process;

    private ProcessLine(Fifos fifos, ExecutorProcess process) {
        this.fifos = fifos;
        this.process = process;
    }

    static ProcessLine launch(List<String> command) throws IOException {
        Fifos fifos = Fifos.make();
        try {
            Process process = new ProcessBuilder(throughShell(command, fifos)).inheritIO().start();
            var _ = process.onExit().thenRun(fifos::met);
            return new ProcessLine(fifos, new ExecutorProcess(process, command.getFirst()));
        } catch (IOException | RuntimeException e) {
            fifos.close();
            throw e;
        }
    }

    private static List<String> throughShell(List<String> command, Fifos fifos) {
        List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh"));
        all.add(fifos.requests().toString());
        all.add(fifos.replies().toString());
        all.addAll(command);
        return all;
    }

    @Override
    public ReadableByteChannel input() {
        return fifos.input();
    }

    @Override
    public GatheringByteChannel output() {
        return fifos.output();
    }

    @Override
    public void established() {
        fifos.met();
    }

    @Override
    public void endOutput() throws IOException {
        fifos.output().close();
    }

    @Override
    public void disconnect() {
        fifos.close();
    }

    @Override
    public void awaitPeer() {
        process.awaitEnd();
    }

    @Override
    public OptionalInt exitStatus() {
        return process.exitStatus();
    }

    @Override
    public String peer() {
        return process.description();
    }
}
