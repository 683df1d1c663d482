/**
 * Interfaces as libraries: {@code CallableDylib.bind} makes an object whose methods are C
 * functions. {@code InterfaceBinder} is the entrance; what the code's process is like, it learns
 * from a {@code BoundLibrary}. A {@code Conversion} says how a Java type is passed; a {@code
 * BoundMethod} puts them around the function's handle; a hidden class ({@code BoundClass}) has the
 * handles as constants. Only {@code dev.orcinus.jit} uses it.
 */
package dev.orcinus.jit.binding;
