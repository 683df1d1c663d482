package dev.orcinus.tests.jitlink;

/** The expected results of fixtures that run both with the ORC runtime and without. */
final class Expected {
    /** The output of {@code exceptions.cpp}. */
    static final String EXCEPTIONS =
            """
            unwound
            caught boom
            unwound
            caught 5
            caught from qsort
            """;

    /** The message of the C++ runtime about {@code uncaught.cpp}. */
    static final String TERMINATE =
            "terminate called after throwing an instance of 'std::runtime_error'";

    /** The exit status of a process that {@code abort} has ended: 128 and SIGABRT. */
    static final int ABORTED = 134;

    private Expected() {}
}
