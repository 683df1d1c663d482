/**
 * The guest of one session: its memory, its threads, the registrations of its code, and the only
 * way into it. The executor's sessions and services, the loader's local target and {@code
 * runtime.dylib} call it.
 *
 * <p>Locks: {@link dev.orcinus.runtime.guest.GuestThreads} takes the lock of one of its threads
 * under its own. Each registry ({@link dev.orcinus.runtime.guest.AtExits}, {@code UnwindRegistry},
 * {@code CodeEvents}, {@code ThreadLocalBlocks}) has one lock, and may ask the memory manager under
 * it, whose lock is always the last one taken. No thread takes the locks of two registries. No lock
 * is held while guest code runs; the guest's unwinder, debugger and dynamic linker are called under
 * the lock of their registry.
 */
package dev.orcinus.runtime.guest;
