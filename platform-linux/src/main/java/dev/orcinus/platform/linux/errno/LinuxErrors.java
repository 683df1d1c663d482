package dev.orcinus.platform.linux.errno;

import dev.orcinus.platform.posix.CallErrors;

/** Makes exceptions of failed calls for code that other systems share. */
public record LinuxErrors() implements CallErrors {
    @Override
    public String text(int errno) {
        return Failure.text(errno);
    }
}
