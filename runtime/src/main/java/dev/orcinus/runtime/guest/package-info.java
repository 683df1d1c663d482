/**
 * The guest of one session, with all that is held for its code: its memory, its threads, what it
 * has registered, and the one way into it. Called by the executor's sessions and services, by the
 * loader's local target, and by {@code runtime.dylib}.
 *
 * <p>Locks, each of them an inner one of none here: {@link dev.orcinus.runtime.guest.GuestThreads}
 * and each of its threads, the registries ({@link dev.orcinus.runtime.guest.AtExits}, {@code
 * UnwindRegistry}, {@code CodeEvents}, {@code ThreadLocalBlocks}), which hold their own lock while
 * they ask the memory manager, whose lock is the innermost. No lock is held while guest code runs;
 * the unwinder, the debugger and the dynamic linker of the guest are called under the lock of their
 * registry.
 */
package dev.orcinus.runtime.guest;
