package dev.orcinus.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * LLVM's own executor and llvm-jitlink of one version. Over TCP, each session has a process of its
 * own, which is started before anything is timed.
 *
 * @param runtime the ORC runtime's archive, which may not exist
 */
record Llvm(String version, String program, Path jitlink, Path runtime) implements Subject {
    private static final List<String> VERSIONS = List.of("23", "22", "21", "19");
    private static final long END_SECONDS = 20;
    private static final int LISTEN_CHECKS = 5_000;

    /** Returns the version that is asked for, or the newest with an executor. */
    static Llvm installed() {
        String asked = System.getenv("ORCINUS_BENCH_LLVM");
        for (String version : asked == null ? VERSIONS : List.of(asked)) {
            Path roots = Tools.llvmRoots();
            Path executor = roots.resolve("bin/llvm-jitlink-executor-" + version);
            Path jitlink = roots.resolve("bin/llvm-jitlink-" + version);
            if (Files.isExecutable(executor) && Files.isExecutable(jitlink)) {
                Path runtime = roots.resolve("orc-rt/liborc_rt-" + version + ".a");
                return new Llvm(version, executor.toString(), jitlink, runtime);
            }
        }
        throw new Skipped(
                "there is no llvm-jitlink-executor to compare with; tests/llvm/install.sh"
                        + " installs one");
    }

    @Override
    public Endpoint open(Line line) throws IOException, InterruptedException {
        if (line == Line.PIPES) {
            return Endpoint.startedByProbe(program);
        }
        int port = freePort();
        Process process =
                new ProcessBuilder(program, "listen=127.0.0.1:" + port)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        awaitListening(port);
        return new Listening(process, port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until the port listens, without a connection: the executor would serve that one only.
     */
    private static void awaitListening(int port) throws IOException, InterruptedException {
        String row = String.format(Locale.ROOT, ":%04X 00000000:0000 0A", port);
        for (int i = 0; i < LISTEN_CHECKS; i++) {
            if (Files.readString(Path.of("/proc/net/tcp")).contains(row)) {
                return;
            }
            Thread.sleep(1);
        }
        throw new IOException("LLVM's executor does not listen on port " + port);
    }

    private record Listening(Process process, int port) implements Endpoint {
        @Override
        public String probeArgument() {
            return "connect=" + address();
        }

        @Override
        public String address() {
            return "127.0.0.1:" + port;
        }

        @Override
        public long pid(Process probe) {
            return process.pid();
        }

        @Override
        public void close() throws IOException {
            Tools.requireEnd(process, END_SECONDS);
        }
    }

    @Override
    public String toString() {
        return "LLVM " + version + " (" + program + ")";
    }
}
