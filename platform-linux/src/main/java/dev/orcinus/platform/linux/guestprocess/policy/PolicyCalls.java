package dev.orcinus.platform.linux.guestprocess.policy;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.linux.Capability;
import dev.orcinus.bindings.linux.Filter.SockFprog;
import dev.orcinus.bindings.linux.LinuxSignal.Sigaction;
import dev.orcinus.bindings.linux.Seccomp;
import dev.orcinus.bindings.linux.SysPrctl;
import dev.orcinus.bindings.linux.SysResource;
import dev.orcinus.bindings.linux.SysResource.Rlimit;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import java.lang.foreign.MemorySegment;

/**
 * The calls by which a guest gets a policy, on its only thread. All that it makes later inherits
 * it: threads, copies that wait, processes, programs.
 */
public final class PolicyCalls {
    private static final int SIGXFSZ = 25;

    /**
     * So much more processor time than the policy allows ends a process that nobody has ended
     * before, because the daemon was busy.
     */
    private static final int SPARE_SECONDS = 2;

    private final Processor processor;
    private final NativeThread thread;

    private PolicyCalls(Processor processor, NativeThread thread) {
        this.processor = processor;
        this.thread = thread;
    }

    /** Applies a policy, as far as the kernel can enforce it. */
    public static void apply(
            GuestPolicy policy, KernelParts kernel, Processor processor, NativeThread thread)
            throws HostCallException {
        new PolicyCalls(processor, thread).apply(policy, kernel);
    }

    private void apply(GuestPolicy policy, KernelParts kernel) throws HostCallException {
        int option = SysPrctl.PR_SET_NO_NEW_PRIVS;
        require(thread.call(Libc.PRCTL, option, 1), "prctl(PR_SET_NO_NEW_PRIVS)");
        dropCapabilities();
        if (kernel.landlock() > 0 && (policy.files().isPresent() || policy.isStrict())) {
            new LandlockCalls(thread, kernel.landlock())
                    .restrict(policy.files().orElse(null), policy.isStrict());
        }
        limit(policy.quota(), policy.files().isPresent());
        if (policy.isStrict() && kernel.hasFilters()) {
            filter();
        }
    }

    /** Those of root would lift the limits. With {@code no_new_privs}, they never come back. */
    private void dropCapabilities() throws HostCallException {
        MemorySegment header =
                MemorySegment.ofArray(new long[] {Capability._LINUX_CAPABILITY_VERSION_3});
        try (ThreadScratch scratch = thread.scratch()) {
            long sets = scratch.zeros(6 * Integer.BYTES).value();
            long at = scratch.put(header).value();
            require(thread.call(Libc.SYSCALL, capset(), at, sets), "capset");
        }
    }

    private int capset() {
        return switch (processor) {
            case X86_64 -> 126;
            case AARCH64 -> 91;
        };
    }

    private void limit(GuestQuota quota, boolean restrictsFiles) throws HostCallException {
        limit(SysResource.RLIMIT_DATA, "RLIMIT_DATA", quota.memoryBytes());
        limit(SysResource.RLIMIT_FSIZE, "RLIMIT_FSIZE", quota.fileBytes());
        limit(SysResource.RLIMIT_NOFILE, "RLIMIT_NOFILE", quota.openFiles());
        if (quota.cpuSeconds() != GuestQuota.UNLIMITED) {
            limit(SysResource.RLIMIT_CPU, "RLIMIT_CPU", quota.cpuSeconds() + SPARE_SECONDS);
        }
        if (quota.fileBytes() != GuestQuota.UNLIMITED) {
            ignoreFileSizeSignal();
        }
        if (restrictsFiles || quota.fileBytes() != GuestQuota.UNLIMITED) {
            limit(SysResource.RLIMIT_CORE, "RLIMIT_CORE", 0);
        }
    }

    private void limit(int resource, String name, long value) throws HostCallException {
        if (value == GuestQuota.UNLIMITED) {
            return;
        }
        MemorySegment limit = MemorySegment.ofArray(new long[(int) Rlimit.SIZEOF / Long.BYTES]);
        limit.set(JAVA_LONG, Rlimit.RLIM_CUR, value);
        limit.set(JAVA_LONG, Rlimit.RLIM_MAX, value);
        try (ThreadScratch scratch = thread.scratch()) {
            long at = scratch.put(limit).value();
            require(thread.call(Libc.SETRLIMIT, resource, at), "setrlimit(" + name + ")");
        }
    }

    /** A write beyond the limit fails then; it would end the process otherwise. */
    private void ignoreFileSizeSignal() throws HostCallException {
        MemorySegment action = MemorySegment.ofArray(new long[(int) Sigaction.SIZEOF / Long.BYTES]);
        action.set(JAVA_LONG, Sigaction.SA_SIGACTION, SIG_IGN);
        try (ThreadScratch scratch = thread.scratch()) {
            long at = scratch.put(action).value();
            require(thread.call(Libc.SIGACTION, SIGXFSZ, at, 0), "sigaction(SIGXFSZ)");
        }
    }

    private void filter() throws HostCallException {
        FilterCode code = StrictFilter.of(processor);
        try (ThreadScratch scratch = thread.scratch()) {
            long instructions = scratch.put(code.bytes()).value();
            MemorySegment program =
                    MemorySegment.ofArray(new long[(int) SockFprog.SIZEOF / Long.BYTES]);
            program.set(JAVA_SHORT, SockFprog.LEN, (short) code.size());
            program.set(JAVA_LONG, SockFprog.FILTER, instructions);
            long at = scratch.put(program).value();
            int option = SysPrctl.PR_SET_SECCOMP;
            int mode = Seccomp.SECCOMP_MODE_FILTER;
            require(thread.call(Libc.PRCTL, option, mode, at), "prctl(PR_SET_SECCOMP)");
        }
    }

    private void require(long result, String call) throws HostCallException {
        if ((int) result < 0) {
            throw Failure.of(call + " in the guest", thread.errno());
        }
    }
}
