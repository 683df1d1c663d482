package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.remote.RemoteSession;
import dev.orcinus.loader.targets.remote.RemoteTarget;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.llvm.Llvm;
import java.nio.file.Path;
import java.util.List;

/**
 * The executors that a target is tested with. LLVM's are only started over pipes, because a
 * listening one accepts connections on all interfaces from any user.
 */
enum TestedExecutor {
    /** Ours, started. */
    ORCINUS,
    /** Ours, over TCP. */
    ORCINUS_LISTENING,
    /** LLVM's, started. */
    LLVM_19,
    /** LLVM's, started. */
    LLVM_21,
    /** LLVM's, started. */
    LLVM_22,
    /** LLVM's, started. */
    LLVM_23;

    /** Returns whether it is Orcinus. */
    boolean isOurs() {
        return this == ORCINUS || this == ORCINUS_LISTENING;
    }

    /** Returns a session with a new executor. */
    OpenTarget open(Path directory) throws InterruptedException {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the guest code is for x86-64");
        return switch (this) {
            case ORCINUS -> open(RemoteSession.launch(ExecutorCommand.of()), () -> {});
            case ORCINUS_LISTENING -> connect(new ListeningExecutor(directory));
            case LLVM_19, LLVM_21, LLVM_22, LLVM_23 ->
                    open(RemoteSession.launch(List.of(program())), () -> {});
        };
    }

    private static OpenTarget open(RemoteSession session, Runnable kill) {
        return new OpenTarget(session, RemoteTarget.over(session), kill);
    }

    private static OpenTarget connect(ListeningExecutor executor) {
        try {
            return open(
                    RemoteSession.connect("127.0.0.1", executor.address().getPort()),
                    () -> kill(executor));
        } catch (TargetException e) {
            executor.close();
            throw e;
        }
    }

    private static void kill(ListeningExecutor executor) {
        executor.close();
        ProcessHandle.of(executor.pid()).ifPresent(process -> process.onExit().join());
    }

    private String program() {
        int version = Integer.parseInt(name().substring("LLVM_".length()));
        return new Llvm(version).tool("llvm-jitlink-executor");
    }

    /** Returns whether memory of a reservation can be used again. */
    boolean sharesReservations() {
        return this == ORCINUS || this == ORCINUS_LISTENING;
    }

    /**
     * A session with an executor.
     *
     * @param session the calls in both directions
     * @param target the linker's view of it
     * @param kill ends the executor, if the session does not own it
     */
    record OpenTarget(RemoteSession session, RemoteTarget target, Runnable kill)
            implements AutoCloseable {
        @Override
        public void close() {
            try {
                target.close();
            } finally {
                kill.run();
            }
        }
    }
}
