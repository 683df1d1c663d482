package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.tests.jit.CompiledObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon with a policy, and a session of it that has {@link PolicyCode}. Used by one thread. */
final class PolicySession implements AutoCloseable {
    static final int EPERM = 1;
    static final int ENOMEM = 12;
    static final int EACCES = 13;

    private final DaemonProcess daemon;
    private final RemoteJit jit;
    private final RemoteDylib dylib;

    private PolicySession(DaemonProcess daemon, Path socket, Path object) throws IOException {
        this.daemon = daemon;
        this.jit = Jit.connect(socket);
        this.dylib = jit.createDylib("policy");
        dylib.add(object);
    }

    /**
     * Starts a daemon with a policy, and connects.
     *
     * @param folder for the files of the daemon; guest code need not reach it
     * @param policy the name of a policy, or the lines of a file
     */
    static PolicySession start(Path folder, String policy, String... options) throws Exception {
        String name = policy;
        if (policy.contains("=")) {
            name = Files.writeString(folder.resolve("test.policy"), policy).toString();
        }
        List<String> all = new ArrayList<>(List.of("--warm=0", "--grace=300ms"));
        all.add("--policy=" + name);
        all.add("--listen=unix:" + folder.resolve("listen"));
        all.addAll(List.of(options));
        Path object = CompiledObject.compile(folder, "policy", PolicyCode.TEXT);
        DaemonProcess daemon = DaemonProcess.start(folder, all.toArray(String[]::new));
        try {
            return new PolicySession(daemon, folder.resolve("listen"), object);
        } catch (IOException | RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    DaemonProcess daemon() {
        return daemon;
    }

    /** Calls a function of the code. */
    int run(String function, Object... arguments) {
        List<String> texts = new ArrayList<>(List.of(function)); // argv[0]
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        return dylib.run(function, texts);
    }

    /** Requires that the code is allowed to do something. */
    void assertAllowed(String function, Object... arguments) {
        assertEquals(0, run(function, arguments), function);
    }

    /** Requires that what the code does fails with an error. */
    void assertFails(int errno, String function, Object... arguments) {
        assertEquals(errno, run(function, arguments), function);
    }

    /** Returns the end of the session as the log tells it. */
    String awaitEnd() throws InterruptedException {
        return daemon.awaitEnd(1);
    }

    /** Ends the session as its controller does. */
    void disconnect() {
        jit.close();
    }

    @Override
    public void close() {
        try {
            jit.close();
        } finally {
            daemon.close();
        }
    }
}
