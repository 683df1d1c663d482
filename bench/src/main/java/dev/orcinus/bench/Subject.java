package dev.orcinus.bench;

import java.io.IOException;

/** An executor that is measured. */
sealed interface Subject permits Ours, Llvm {
    /** Returns an executor that a controller can use once and closes afterwards. */
    Endpoint open(Line line) throws IOException, InterruptedException;

    /** Returns the program for LLVM's option {@code -oop-executor=}. */
    String program();

    /** The kind of line between a controller and an executor. */
    enum Line {
        TCP,
        PIPES;

        @Override
        public String toString() {
            return this == TCP ? "TCP" : "pipes";
        }
    }

    /** One use of an executor. */
    interface Endpoint extends AutoCloseable {
        /** Returns the argument by which the probe finds it. */
        String probeArgument();

        /** Returns {@code HOST:PORT}; null over pipes. */
        String address();

        /** Returns the process that serves the probe {@code probe}. */
        long pid(Process probe) throws IOException, InterruptedException;

        @Override
        void close() throws IOException;

        /** Returns an endpoint that the probe starts. */
        static Endpoint startedByProbe(String program) {
            return new Endpoint() {
                @Override
                public String probeArgument() {
                    return "start=" + program;
                }

                @Override
                public String address() {
                    return null;
                }

                @Override
                public long pid(Process probe) {
                    return probe.children().findFirst().orElseThrow().pid();
                }

                @Override
                public void close() {}
            };
        }
    }
}
