/**
 * JIT dylibs as guest code and controllers know them: what is recorded for each, and what {@code
 * dlopen}, {@code dlupdate}, {@code dlclose} and {@code dlsym} do with it. Independent of object
 * formats and of who links the code. Called by the executor, on behalf of LLVM's controllers, and
 * by whoever links in this process.
 */
package dev.orcinus.runtime.dylib;
