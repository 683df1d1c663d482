package dev.orcinus.tests.llvm;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The parameters of a {@link ClientTest}. A version that is not installed has one row, which is
 * skipped with a message.
 */
final class ClientTestArguments implements ArgumentsProvider, AnnotationConsumer<ClientTest> {
    private ClientTest test;

    @Override
    public void accept(ClientTest annotation) {
        test = annotation;
    }

    @Override
    public Stream<Arguments> provideArguments(
            ParameterDeclarations parameters, ExtensionContext context) {
        return Llvm.ALL.stream()
                .filter(llvm -> test.from() <= llvm.version() && llvm.version() <= test.to())
                .flatMap(this::lines);
    }

    private Stream<Arguments> lines(Llvm llvm) {
        return Stream.of(test.lines())
                .limit(llvm.isInstalled() ? test.lines().length : 1)
                .flatMap(line -> runtimes(llvm, line));
    }

    private Stream<Arguments> runtimes(Llvm llvm, Line line) {
        return test.runtimes().length == 0
                ? Stream.of(Arguments.of(llvm, line))
                : Stream.of(test.runtimes())
                        .filter(runtime -> runtime.serves(llvm))
                        .limit(llvm.isInstalled() ? test.runtimes().length : 1)
                        .map(runtime -> Arguments.of(llvm, line, runtime));
    }
}
