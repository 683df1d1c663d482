package dev.orcinus.tests.controller;

/** A function of the controller that guest code calls by jit-dispatch. Many calls run at a time. */
@FunctionalInterface
public interface Handler {
    /** Serves a call: takes the bytes of its arguments and returns those of its result. */
    byte[] handle(byte[] arguments) throws Exception;
}
