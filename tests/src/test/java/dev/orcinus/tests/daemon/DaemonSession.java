package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * A session of a daemon, and its controller.
 *
 * @param number the daemon's number of the session
 * @param pid the process id that its guest has at first
 */
public record DaemonSession(
        DaemonProcess daemon, Controller controller, Services services, int number, long pid)
        implements AutoCloseable {
    /** Puts code into executable memory and returns its address. */
    public ExecutorAddress load(byte[] code) {
        long page = controller.setup().pageSizeBytes();
        ExecutorAddress base = Services.value(services.reserve(page));
        return Services.value(
                services.initialize(Memory.request(MemProt.READ_EXEC, base, page, code)));
    }

    /** Calls code as a wrapper function without arguments; does not wait. */
    public void start(ExecutorAddress code) {
        start(code, new SpsWriter());
    }

    /** Calls {@code int f(int)} of the process's libraries; does not wait. */
    void startInt(String function, int argument) {
        start(
                controller.symbol(Services.BOOT + "run_as_int_function_wrapper"),
                new SpsWriter().writeAddress(services.processSymbol(function)).writeInt(argument));
    }

    /** Calls {@code int f(void)} of the process's libraries; does not wait. */
    void startVoid(String function) {
        start(
                controller.symbol(Services.BOOT + "run_as_void_function_wrapper"),
                new SpsWriter().writeAddress(services.processSymbol(function)));
    }

    private void start(ExecutorAddress wrapper, SpsWriter arguments) {
        CompletableFuture<byte[]> _ = controller.start(wrapper, arguments.toBytes());
    }

    /** Sends SIGKILL to the guest. */
    void kill() {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    /** Requires that the session serves a call. */
    public void assertAnswers() {
        ExecutorAddress base = Services.value(services.reserve(1));
        services.writeLongs(base, number);
        assertEquals(Optional.empty(), services.release(base));
    }

    /** Waits for a line of the log about the session. */
    public void awaitLog(String pattern) throws InterruptedException {
        daemon.awaitLog(Pattern.compile("orcinus: session " + number + ": " + pattern));
    }

    /** Waits for the session's end; returns its cause from the log. */
    public String awaitEnd() throws InterruptedException {
        return daemon.awaitEnd(number);
    }

    @Override
    public void close() throws IOException {
        controller.close();
    }
}
