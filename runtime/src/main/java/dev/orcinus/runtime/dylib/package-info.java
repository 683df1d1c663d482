/**
 * JIT dylibs as guest code and controllers know them: the sections recorded for each, with {@code
 * dlopen}, {@code dlupdate}, {@code dlclose} and {@code dlsym}. They do not depend on object
 * formats or on the linker of the code. The executor, on behalf of LLVM's controllers, and the
 * loader call them.
 *
 * <p>Locks are taken in this order only:
 *
 * <ol>
 *   <li>the <em>turn</em> of a dylib ({@link dev.orcinus.runtime.dylib.Turns}): a thread keeps it
 *       while it initializes or closes the dylib, that is, while guest code runs. A thread may have
 *       the turns of several dylibs, because guest code opens and closes others; a thread does not
 *       wait if that would close a circle of waiting threads;
 *   <li>the books ({@link dev.orcinus.runtime.dylib.DylibRegistry}), for one step at a time;
 *   <li>inside the books, the list of one dylib ({@link
 *       dev.orcinus.runtime.dylib.RecordSectionsTracker}, {@link
 *       dev.orcinus.runtime.dylib.AtExitList}).
 * </ol>
 *
 * <p>{@link dev.orcinus.runtime.dylib.AllocationWatch} holds its lock while it asks the memory
 * manager, and takes no other lock of this package then. No thread holds a lock while guest code
 * runs, while the controller is asked, or while an allocation's dealloc action is called; only
 * turns are kept then.
 */
package dev.orcinus.runtime.dylib;
