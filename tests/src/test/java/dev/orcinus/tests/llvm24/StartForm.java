package dev.orcinus.tests.llvm24;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ways in which LLVM 24 starts an executor. */
enum StartForm {
    /** The executor listens. */
    TCP_LISTEN {
        @Override
        Session open(Path folder, String... options)
                throws IOException, InterruptedException, ProtocolException {
            Program program =
                    Program.start(folder, command("tcp:listen=" + LOOPBACK + ":0", options));
            program.awaitErrors("\n");
            Matcher line = LISTENING.matcher(program.errors());
            if (!line.find()) {
                throw new AssertionError("no port in: " + program.errors());
            }
            int port = Integer.parseInt(line.group(1));
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            return new Session(program, Llvm24Controller.connect(address), line.group());
        }
    },
    /** The executor connects. */
    TCP_CONNECT {
        @Override
        Session open(Path folder, String... options) throws IOException, ProtocolException {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String argument = "tcp:connect=" + LOOPBACK + ":" + server.getLocalPort();
                Program program = Program.start(folder, command(argument, options));
                return new Session(program, Llvm24Controller.accept(server), "");
            }
        }
    },
    /** The executor inherits one socket, which is opened by a shell here. */
    SOCKET_ADOPT {
        @Override
        Session open(Path folder, String... options) throws IOException, ProtocolException {
            Path shell = Path.of("/bin/bash");
            assumeTrue(Files.isExecutable(shell), "bash opens the socket, and it is not here");
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String open =
                        "exec 7<>/dev/tcp/%s/%d; exec \"$@\""
                                .formatted(LOOPBACK, server.getLocalPort());
                List<String> command = new ArrayList<>(List.of(shell.toString(), "-c", open, "-"));
                command.addAll(command("socket:adopt=7", options));
                Program program = Program.start(folder, command);
                return new Session(program, Llvm24Controller.accept(server), "");
            }
        }
    };

    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern LISTENING = Pattern.compile("orcinus: listening on port (\\d+)\n");

    /**
     * Starts an executor in a folder, and returns a session with it.
     *
     * @param options options of the executor
     */
    abstract Session open(Path folder, String... options)
            throws IOException, InterruptedException, ProtocolException;

    private static List<String> command(String form, String... options) {
        List<String> command = new ArrayList<>(ExecutorCommand.of(form));
        command.addAll(List.of(options));
        return command;
    }

    /**
     * An executor and its controller.
     *
     * @param greeting what the executor has written to standard error before the session
     */
    record Session(Program program, Llvm24Controller controller, String greeting)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            controller.close();
            program.close();
        }
    }
}
