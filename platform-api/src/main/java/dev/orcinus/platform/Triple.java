package dev.orcinus.platform;

/**
 * An LLVM target triple, {@code arch-vendor-os[-environment]}.
 *
 * @param text the triple as LLVM spells it
 */
public record Triple(String text) {
    /** Refuses an empty triple: {@code -orc-runtime} sessions of LLVM reject it. */
    public Triple {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty triple");
        }
    }

    /**
     * Returns the processor, which is the part before the first hyphen: {@code x86_64}, {@code
     * aarch64}. Apple's {@code arm64} is {@code aarch64}.
     */
    public String arch() {
        int hyphen = text.indexOf('-');
        String arch = hyphen < 0 ? text : text.substring(0, hyphen);
        return arch.equals("arm64") ? "aarch64" : arch;
    }

    /** Returns whether it names one of Apple's systems. */
    public boolean isApple() {
        return text.contains("-apple-");
    }

    @Override
    public String toString() {
        return text;
    }
}
