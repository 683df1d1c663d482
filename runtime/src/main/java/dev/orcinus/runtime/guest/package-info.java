/**
 * The guest of one session, with all that is held for its code: its memory, its threads, what it
 * has registered, and the one way into it. Called by the executor's sessions and services, by the
 * loader's local target, and by {@code runtime.dylib}.
 *
 * <p>Locks: {@link dev.orcinus.runtime.guest.GuestThreads} takes that of one of its threads under
 * its own. Each registry ({@link dev.orcinus.runtime.guest.AtExits}, {@code UnwindRegistry}, {@code
 * CodeEvents}, {@code ThreadLocalBlocks}) has one lock, and may ask the memory manager under it,
 * whose lock is always the last one taken. No thread takes the locks of two registries. No lock is
 * held while guest code runs; the guest's unwinder, debugger and dynamic linker are called under
 * the lock of their registry.
 */
package dev.orcinus.runtime.guest;
