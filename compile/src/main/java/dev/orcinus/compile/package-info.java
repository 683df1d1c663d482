/**
 * Compiles C and C++ with a compiler of this machine. {@code dylib.compile} finds it as a service
 * ({@code MachineCompiler}); {@code NativeCompiler} is for programs that choose the compiler or the
 * cache. It depends on the public API of the loader only.
 */
package dev.orcinus.compile;
