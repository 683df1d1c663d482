package dev.orcinus.tests.controller;

import java.util.Optional;

/**
 * The way in which a line ended.
 *
 * @param hangup the executor's Hangup message, if it sent one; empty text for a hangup without
 *     error
 */
public record LineEnd(Optional<String> hangup) {}
