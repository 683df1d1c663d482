package dev.orcinus.platform.macos;

import static dev.orcinus.bindings.macos.DarwinMman.MAP_ANON;
import static dev.orcinus.bindings.macos.DarwinMman.MAP_FIXED;
import static dev.orcinus.bindings.macos.DarwinMman.MAP_NORESERVE;
import static dev.orcinus.bindings.macos.MachVmProt.VM_PROT_EXECUTE;
import static dev.orcinus.bindings.macos.MachVmProt.VM_PROT_WRITE;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.macos.OsCacheControl;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.macos.errno.MacosErrors;
import dev.orcinus.platform.posix.MappedPages;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Pages of this process, under macOS. Any thread may call.
 *
 * <p>Pages are written and then become executable by {@code mprotect}; they are never both, and no
 * code changes once it runs. That needs no {@code MAP_JIT}, on Intel and on Apple silicon alike:
 * {@code MAP_JIT} and {@code pthread_jit_write_protect_np} are for pages that are mapped writable
 * and executable at once (Apple, "Porting just-in-time compilers to Apple silicon", {@code
 * mmap(2)}). A process with the hardened runtime needs the entitlement {@code
 * com.apple.security.cs.allow-unsigned-executable-memory} for it; Apple's documentation allows the
 * step from writable to executable under it. OpenJDK's builds of the {@code java} command (Temurin,
 * Zulu, Corretto, Oracle's) are signed with that one, with {@code allow-jit} and with {@code
 * disable-library-validation}. A JDK with an ad-hoc signature has no hardened runtime and no such
 * limit. An application that embeds a JDK, and is signed anew, has to ask for the entitlement
 * itself; without it {@code mprotect} fails, and the message says so.
 */
final class MacosMemory extends MappedPages {
    private static final MacosErrors ERRORS = new MacosErrors();

    private final MacosProcessor processor;

    MacosMemory(MacosProcessor processor) {
        super(ERRORS);
        this.processor = processor;
    }

    @Override
    public AddressRange map(long sizeBytes) throws HostCallException {
        return map(sizeBytes, MAP_PRIVATE | MAP_ANON);
    }

    /**
     * Maps a slab. Compilers for macOS refer to libraries through pointers, so a slab need not lie
     * near them. The first 4 GiB of a process can hold nothing ({@code __PAGEZERO}).
     */
    @Override
    public AddressRange mapSlab(long sizeBytes, SlabPlace place) throws HostCallException {
        if (place == SlabPlace.LOW) {
            throw new HostCallException(
                    "mmap", 0, "macOS maps nothing into the first 4 GiB of a process");
        }
        return map(sizeBytes, MAP_PRIVATE | MAP_ANON | MAP_NORESERVE);
    }

    private AddressRange map(long sizeBytes, int flags) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            return map(new ErrnoState(arena), 0, sizeBytes, flags);
        }
    }

    @Override
    protected void flushInstructionCache(AddressRange range) {
        if (!processor.hasCoherentInstructionCache()) {
            OsCacheControl.sys_icache_invalidate(range.start().value(), range.sizeBytes());
        }
    }

    /**
     * Maps new pages over the old ones: {@code madvise} of macOS leaves open whether contents are
     * gone, and pages that have been executable stay marked as such.
     */
    @Override
    protected void discard(ErrnoState state, AddressRange range) throws HostCallException {
        int flags = MAP_PRIVATE | MAP_ANON | MAP_FIXED;
        map(state, range.start().value(), range.sizeBytes(), flags);
    }

    @Override
    public boolean tryRead(ExecutorAddress source, MemorySegment target) {
        return MachCopy.read(source, target);
    }

    @Override
    public boolean tryWrite(MemorySegment source, ExecutorAddress target) {
        return MachCopy.write(source, target);
    }

    @Override
    protected boolean isWritable(ExecutorAddress address) {
        return MachRegion.allows(address, VM_PROT_WRITE);
    }

    @Override
    public boolean isExecutable(ExecutorAddress address) {
        return MachRegion.allows(address, VM_PROT_EXECUTE);
    }

    /**
     * Refuses: Darwin's kernel maps shared-memory objects with a maximum protection of read and
     * write ({@code pshm_mmap}), so their pages can never hold code.
     */
    @Override
    public SharedMapping mapShared(long sizeBytes) throws HostCallException {
        throw new HostCallException(
                "shm_open",
                0,
                "macOS lets no shared memory become code; the controller has to send it instead"
                        + " (llvm-jitlink without -use-shared-memory)");
    }

    @Override
    public void unlinkShared(String name) {}
}
