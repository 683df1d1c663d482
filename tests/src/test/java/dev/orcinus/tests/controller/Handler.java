package dev.orcinus.tests.controller;

/** A function of the controller that guest code calls by jit-dispatch. Many calls run at a time. */
@FunctionalInterface
public interface Handler {
    /** Answers a call; the bytes are its own affair. */
    byte[] handle(byte[] arguments) throws Exception;
}
