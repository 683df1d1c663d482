package dev.orcinus.platform.linux.guestprocess.policy;

import static dev.orcinus.bindings.linux.Filter.BPF_ABS;
import static dev.orcinus.bindings.linux.Filter.BPF_JEQ;
import static dev.orcinus.bindings.linux.Filter.BPF_JGE;
import static dev.orcinus.bindings.linux.Filter.BPF_JMP;
import static dev.orcinus.bindings.linux.Filter.BPF_JSET;
import static dev.orcinus.bindings.linux.Filter.BPF_K;
import static dev.orcinus.bindings.linux.Filter.BPF_LD;
import static dev.orcinus.bindings.linux.Filter.BPF_RET;
import static dev.orcinus.bindings.linux.Filter.BPF_W;
import static dev.orcinus.bindings.linux.Seccomp.SECCOMP_RET_ALLOW;
import static dev.orcinus.bindings.linux.Seccomp.SECCOMP_RET_ERRNO;

import dev.orcinus.bindings.linux.Filter.SockFilter;
import dev.orcinus.bindings.linux.Seccomp.SeccompData;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * A program of classic BPF, as it is written: each test is followed by the answer for calls that
 * pass it, and all others go on behind that. One thread may use it.
 */
final class FilterCode {
    private static final int ARGUMENT_BYTES = 8;

    private final List<Instruction> instructions = new ArrayList<>();

    /** An instruction. */
    private record Instruction(int code, int ifTrue, int ifFalse, int constant) {}

    /** An empty program. */
    FilterCode() {}

    private void add(int code, int ifTrue, int ifFalse, long constant) {
        instructions.add(new Instruction(code, ifTrue, ifFalse, (int) constant));
    }

    /** Loads the kind of system calls that the call belongs to. */
    void loadArchitecture() {
        load(SeccompData.ARCH);
    }

    /** Loads the number of the call. */
    void loadNumber() {
        load(SeccompData.NR);
    }

    /** Loads the lower half of an argument. */
    void loadArgument(int index) {
        load(SeccompData.ARGS + (long) index * ARGUMENT_BYTES);
    }

    private void load(long offset) {
        add(BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
    }

    /** Lets a call fail if what has been loaded equals a value. */
    void failIfEqual(long value, int errno) {
        test(BPF_JEQ, value, 0, 1, errno);
    }

    /** Lets a call fail unless what has been loaded equals a value. */
    void failUnlessEqual(long value, int errno) {
        test(BPF_JEQ, value, 1, 0, errno);
    }

    /** Lets a call fail if what has been loaded is not below a value, both unsigned. */
    void failFrom(long value, int errno) {
        test(BPF_JGE, value, 0, 1, errno);
    }

    /** Lets a call fail if what has been loaded has one of some bits. */
    void failIfAny(long bits, int errno) {
        test(BPF_JSET, bits, 0, 1, errno);
    }

    private void test(int condition, long value, int ifTrue, int ifFalse, int errno) {
        add(BPF_JMP | condition | BPF_K, ifTrue, ifFalse, value);
        add(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | errno);
    }

    /** Adds tests of an argument for one call only, after which the call is allowed. */
    void onlyFor(int number, Runnable tests) {
        int jump = instructions.size();
        add(0, 0, 0, 0);
        tests.run();
        allow();
        int skipped = instructions.size() - jump - 1;
        instructions.set(jump, new Instruction(BPF_JMP | BPF_JEQ | BPF_K, 0, skipped, number));
    }

    /** Lets all calls be made that come as far as this. */
    void allow() {
        add(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    }

    /** Returns the number of instructions. */
    int size() {
        return instructions.size();
    }

    /** Returns the program as an array of {@code struct sock_filter}. */
    MemorySegment bytes() {
        int words = (int) (SockFilter.SIZEOF * instructions.size() / Long.BYTES);
        MemorySegment bytes = MemorySegment.ofArray(new long[words]);
        long at = 0;
        for (Instruction instruction : instructions) {
            bytes.set(ValueLayout.JAVA_SHORT, at + SockFilter.CODE, (short) instruction.code);
            bytes.set(ValueLayout.JAVA_BYTE, at + SockFilter.JT, (byte) instruction.ifTrue);
            bytes.set(ValueLayout.JAVA_BYTE, at + SockFilter.JF, (byte) instruction.ifFalse);
            bytes.set(ValueLayout.JAVA_INT, at + SockFilter.K, instruction.constant);
            at += SockFilter.SIZEOF;
        }
        return bytes;
    }
}
