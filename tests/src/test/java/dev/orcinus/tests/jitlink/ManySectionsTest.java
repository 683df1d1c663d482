package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests an object with more sections than a section number of 16 bits can name (gABI, "Sections",
 * {@code SHN_XINDEX}), each with a function and its unwind info. LLVM 19's own executor does not
 * come to an end with it.
 */
final class ManySectionsTest {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int SECTIONS = 70_000;
    private static final long SUM = (long) SECTIONS * (SECTIONS - 1) / 2;

    @TempDir Path directory;

    @ClientTest(to = 19, lines = Line.PIPES, runtimes = OrcRuntime.LLVM)
    void eachFunctionIsThere(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the assembly is for x86-64");
        Files.writeString(directory.resolve("many.s"), assembly());
        assemble();
        new JitLink(llvm, line, directory)
                .orcRuntime(runtime)
                .limit(LIMIT)
                .input(directory.resolve("many.o"))
                .run()
                .assertStatus(3)
                .assertOutput(SUM + "\n");
    }

    private void assemble() throws InterruptedException {
        try (Program as = Program.start(directory, List.of("as", "many.s", "-o", "many.o"))) {
            Finished end = as.finish();
            assertEquals(0, end.status(), end::toString);
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no assembler: install binutils");
        }
    }

    /** Returns a program that calls functions, each in its own section, and prints their sum. */
    private static String assembly() {
        StringBuilder text =
                new StringBuilder(
                        """
                        .text
                        .globl main
                        main:
                            pushq %rbx
                            pushq %rbp
                            pushq %r12
                            xorl %ebx, %ebx
                            leaq table(%rip), %rbp
                            leaq table_end(%rip), %r12
                        next:
                            callq *(%rbp)
                            addq %rax, %rbx
                            addq $8, %rbp
                            cmpq %r12, %rbp
                            jne next
                            leaq format(%rip), %rdi
                            movq %rbx, %rsi
                            xorl %eax, %eax
                            callq printf@PLT
                            movl $3, %eax
                            popq %r12
                            popq %rbp
                            popq %rbx
                            retq
                        .section .rodata
                        format:
                            .asciz "%ld\\n"
                        .section .note.GNU-stack, "", @progbits
                        .data
                        .balign 8
                        table:
                        """);
        for (int i = 0; i < SECTIONS; i++) {
            text.append("    .quad f").append(i).append('\n');
        }
        text.append("table_end:\n");
        for (int i = 0; i < SECTIONS; i++) {
            text.append(
                    """
                    .section .text.f%1$d, "ax", @progbits
                    f%1$d:
                        .cfi_startproc
                        movl $%1$d, %%eax
                        retq
                        .cfi_endproc
                    """
                            .formatted(i));
        }
        return text.toString();
    }
}
