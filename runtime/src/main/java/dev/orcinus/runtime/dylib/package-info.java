/**
 * JIT dylibs as guest code and controllers know them: what is recorded for each, and what {@code
 * dlopen}, {@code dlupdate}, {@code dlclose} and {@code dlsym} do with it. Independent of object
 * formats and of who links the code. Called by the executor, on behalf of LLVM's controllers, and
 * by whoever links in this process.
 *
 * <p>Locks are taken in this order, and never the other way round:
 *
 * <ol>
 *   <li>the <em>turn</em> of a dylib ({@link dev.orcinus.runtime.dylib.Turns}): a thread keeps it
 *       while it initializes or closes the dylib, that is, while guest code runs. A thread may have
 *       the turns of several dylibs, because guest code opens and closes others; a circle of
 *       threads that wait for each other's turns is found and not entered;
 *   <li>the books ({@link dev.orcinus.runtime.dylib.DylibRegistry}), for one step at a time;
 *   <li>inside the books, the list of one dylib ({@link
 *       dev.orcinus.runtime.dylib.RecordSectionsTracker}, {@link
 *       dev.orcinus.runtime.dylib.AtExitList}).
 * </ol>
 *
 * <p>{@link dev.orcinus.runtime.dylib.AllocationWatch} holds its lock while it asks the memory
 * manager, and no lock of this package besides. Nobody holds any lock while guest code runs, while
 * the controller is asked, or while an allocation's dealloc action is called; only turns are kept
 * then.
 */
package dev.orcinus.runtime.dylib;
