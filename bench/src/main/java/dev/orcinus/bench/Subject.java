package dev.orcinus.bench;

import java.io.IOException;

/** An executor that is measured. */
sealed interface Subject permits Ours, Llvm {
    /** An executor that a controller may use once; close it afterwards. */
    Endpoint open(Line line) throws IOException, InterruptedException;

    /** The program, as LLVM's {@code -oop-executor=} takes it. */
    String program();

    /** How a controller reaches an executor. */
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
        /** As the probe takes it. */
        String probeArgument();

        /** {@code HOST:PORT}; null over pipes. */
        String address();

        /** The process that serves the probe {@code probe}. */
        long pid(Process probe) throws IOException, InterruptedException;

        @Override
        void close() throws IOException;

        /** One that the probe starts. */
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
