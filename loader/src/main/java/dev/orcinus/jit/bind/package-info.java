/**
 * What the methods, parameters and records of a bound interface can say about C; see {@link
 * dev.orcinus.jit.CallableDylib#bind(Class)}. Where JNA or JNR-FFI have an annotation of that
 * meaning, it has the same name. It depends on nothing.
 */
package dev.orcinus.jit.bind;
